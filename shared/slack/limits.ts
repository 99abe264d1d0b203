/** Slack's limits on what a message may hold, as its own types and documentation state them. */
export const LIMITS = {
  blocks: 50,
  /** In a modal or a Home tab. */
  viewBlocks: 100,
  headerChars: 150,
  sectionChars: 3000,
  fields: 10,
  fieldChars: 2000,
  contextElements: 10,
  contextChars: 3000,
  actions: 25,
  /** Of a menu: how many, and what is shown and sent for each. */
  options: 100,
  optionChars: 75,
  optionValueChars: 150,
  buttonChars: 75,
  buttonValueChars: 2000,
  actionIdChars: 255,
  confirmTitleChars: 100,
  confirmTextChars: 300,
  confirmButtonChars: 30,
  altTextChars: 2000,
  tableColumns: 20,
  /** chat.postMessage answers msg_blocks_too_long from about 12,000 characters over all blocks, containers included. */
  blocksTextChars: 10_000,
  /** chat.update refuses longer fallback texts, chat.postMessage cuts them. */
  messageTextChars: 3000,
} as const;
