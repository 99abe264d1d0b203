/** For the SDK's clients of table, queue and secrets: by itself it waits for an answer for ever. Each try has so many
 * milliseconds; what is lost is tried again by the SDK, and each store knows its own write again. */
export const CLIENT_LIMITS = {
  requestHandler: { connectionTimeout: 3000, requestTimeout: 5000, throwOnRequestTimeout: true },
};
