/** How long each function may run, in seconds. The local place has the same limits. */
export const TIMEOUT_SECONDS = {
  // Slack waits three seconds; what comes later helps nobody.
  slack: 10,
  // Longer than the writes of the largest request take; its senders wait about as long.
  alarm: 20,
  worker: 150,
  notifier: 30,
  clock: 60,
} as const;

/** The most work of one slice; what is left of the worker's time is for its last row and its next message. */
export const SLICE_SECONDS = 120;

/** A message comes again this long after its function's time is over: just above, so that a dead worker's job moves
 * again within four minutes. */
const VISIBILITY_MARGIN_SECONDS = 15;

/** Notifiers of jobs at once. More would only wait for each other: all share Slack's rates. */
export const NOTIFIERS_MAX = 4;
/** Notifiers of alarm cards beside them, so six in all: as few as an event source of SQS takes, and enough to use every slot
 * that cards have. An event source throttles the other one only where fewer than both take are reserved for the function,
 * and none are: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
export const CARD_NOTIFIERS_MAX = 2;

/** How often a message is tried before it goes to the dead-letter queue. */
export const RECEIVES_MAX = 3;

/** Of a queue whose messages go to a function with this limit. */
export const visibilitySeconds = (timeoutSeconds: number): number => timeoutSeconds + VISIBILITY_MARGIN_SECONDS;
