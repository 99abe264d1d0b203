// Block Kit's elements, with the limits that Slack publishes.
import { z } from 'zod';
import { actionId, anyText, confirm, markedOption, optionGroup, plainOption, plainText, slackFile } from './texts.ts';

const base = { action_id: actionId };
const confirmable = { ...base, confirm: confirm.optional() };
const focus_on_load = z.boolean().optional();
const placeholder = plainText(150).optional();
const max_selected_items = z.int().min(1).optional();
const dispatch_action_config = z
  .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
  .optional();

export const button = z.strictObject({
  type: z.literal('button'),
  ...confirmable,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

const hasOneSource = (one: { image_url?: unknown; slack_file?: unknown }) =>
  (one.image_url === undefined) !== (one.slack_file === undefined);

export const imageSource = {
  image_url: z.url().max(3000).optional(),
  slack_file: slackFile.optional(),
};

/** For blocks and elements alike: one source, not none and not two. */
export const withOneSource = <T extends z.ZodType<{ image_url?: unknown; slack_file?: unknown }>>(schema: T) =>
  schema.refine(hasOneSource, 'must have either image_url or slack_file');

export const imageElement = withOneSource(
  z.strictObject({ type: z.literal('image'), ...imageSource, alt_text: z.string().min(1).max(2000) }),
);

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...confirmable,
  options: z.array(plainOption).min(1).max(5),
});

const choices = { options: z.array(markedOption).min(1).max(10) };

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...confirmable,
  ...choices,
  initial_options: z.array(markedOption).min(1).optional(),
  focus_on_load,
});

const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...confirmable,
  ...choices,
  initial_option: markedOption.optional(),
  focus_on_load,
});

const menu = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};
const hasOneMenu = (one: { options?: unknown; option_groups?: unknown }) =>
  (one.options === undefined) !== (one.option_groups === undefined);
const ONE_MENU = 'must have either options or option_groups';

const select = { ...confirmable, placeholder, focus_on_load };
const multi = { ...select, max_selected_items };

const staticSelect = z
  .strictObject({ type: z.literal('static_select'), ...select, ...menu, initial_option: plainOption.optional() })
  .refine(hasOneMenu, ONE_MENU);
const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...multi,
    ...menu,
    initial_options: z.array(plainOption).optional(),
  })
  .refine(hasOneMenu, ONE_MENU);
const min_query_length = z.int().min(0).optional();
const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...select,
  initial_option: plainOption.optional(),
  min_query_length,
});
const multiExternalSelect = z.strictObject({
  type: z.literal('multi_external_select'),
  ...multi,
  initial_options: z.array(plainOption).optional(),
  min_query_length,
});
const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...select,
  initial_user: z.string().optional(),
});
const multiUsersSelect = z.strictObject({
  type: z.literal('multi_users_select'),
  ...multi,
  initial_users: z.array(z.string()).optional(),
});
const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  ...select,
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter: z.looseObject({}).optional(),
});
const channelsSelect = z.strictObject({
  type: z.literal('channels_select'),
  ...select,
  initial_channel: z.string().optional(),
  response_url_enabled: z.boolean().optional(),
});

const datepicker = z.strictObject({
  type: z.literal('datepicker'),
  ...select,
  initial_date: z.iso.date().optional(),
});
const timepicker = z.strictObject({
  type: z.literal('timepicker'),
  ...select,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().optional(),
});
const datetimepicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...confirmable,
  focus_on_load,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

const text = { ...base, placeholder, focus_on_load, dispatch_action_config, initial_value: z.string().optional() };
const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...text,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});
const numberInput = z.strictObject({
  type: z.literal('number_input'),
  ...text,
  is_decimal_allowed: z.boolean(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
});
const emailInput = z.strictObject({ type: z.literal('email_text_input'), ...text });
const urlInput = z.strictObject({ type: z.literal('url_text_input'), ...text });

const pickers = [
  checkboxes,
  radioButtons,
  staticSelect,
  multiStaticSelect,
  externalSelect,
  multiExternalSelect,
  usersSelect,
  multiUsersSelect,
  conversationsSelect,
  channelsSelect,
  datepicker,
  timepicker,
  datetimepicker,
] as const;

/** What an actions block takes. */
export const actionElement = z.discriminatedUnion('type', [button, overflow, ...pickers]);
/** What stands beside a section. */
export const accessory = z.discriminatedUnion('type', [button, overflow, imageElement, ...pickers]);
/** What an input block takes: neither buttons nor overflow menus. */
export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
  ...pickers,
]);

const feedbackButton = z.strictObject({
  text: plainText(75),
  value: z.string().max(2000),
  accessibility_label: z.string().max(75).optional(),
});

export const contextAction = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('feedback_buttons'),
    ...base,
    positive_button: feedbackButton,
    negative_button: feedbackButton,
  }),
  z.strictObject({
    type: z.literal('icon_button'),
    ...confirmable,
    icon: z.string().min(1),
    text: plainText(75),
    value: z.string().max(2000).optional(),
    accessibility_label: z.string().max(75).optional(),
    visible_to_user_ids: z.array(z.string()).optional(),
  }),
]);

export const contextElement = z.union([anyText(3000), imageElement]);
