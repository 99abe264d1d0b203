// Requests as Slack signs them, with everything that a test may want to be wrong.
import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export const SIGNING_SECRET = 'a-signing-secret-of-a-test';
export const NOW = new Date('2026-11-21T10:00:00.000Z');

export type RequestOverride = {
  body?: string;
  contentType?: string;
  secret?: string;
  /** Seconds from now. */
  timestampOffset?: number;
  version?: string;
  isBase64Encoded?: boolean;
  headers?: Record<string, string>;
};

/** An HTTP API event (payload version 2.0) with a valid signature unless overridden. */
export function slackEvent(override: RequestOverride = {}): APIGatewayProxyEventV2 {
  const body = override.body ?? commandBody();
  const timestamp = String(Math.floor(NOW.getTime() / 1000) + (override.timestampOffset ?? 0));
  const version = override.version ?? 'v0';
  const secret = override.secret ?? SIGNING_SECRET;
  const signature = createHmac('sha256', secret).update(`${version}:${timestamp}:${body}`).digest('hex');
  const isBase64Encoded = override.isBase64Encoded ?? false;
  return {
    version: '2.0',
    routeKey: 'POST /slack/events',
    rawPath: '/slack/events',
    rawQueryString: '',
    headers: override.headers ?? {
      'content-type': override.contentType ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `${version}=${signature}`,
    },
    requestContext: {} as APIGatewayProxyEventV2['requestContext'],
    body: isBase64Encoded ? Buffer.from(body, 'utf8').toString('base64') : body,
    isBase64Encoded,
  };
}

export function commandBody(fields: Record<string, string> = {}): string {
  return new URLSearchParams({
    command: '/vmotion',
    text: 'status cluster-a',
    user_id: 'U0ANN',
    channel_id: 'C0VSPHERE',
    team_id: 'T0LAB',
    trigger_id: '1.2.abc',
    response_url: 'http://127.0.0.1:9/respond/1',
    ...fields,
  }).toString();
}

export function clickBody(action: { action_id: string; value: string }, fields: object = {}): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U0BOB', team_id: 'T0LAB' },
    team: { id: 'T0LAB' },
    channel: { id: 'C0VSPHERE' },
    container: { type: 'message', message_ts: '1.000001', channel_id: 'C0VSPHERE' },
    trigger_id: '3.4.def',
    response_url: 'http://127.0.0.1:9/respond/2',
    actions: [{ type: 'button', block_id: 'b', action_ts: '5.6', ...action }],
    ...fields,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

type Inputs = Record<string, string | string[]>;

/** A view as Slack sends it back, with one input a block. An array is what checkboxes hold. */
export function viewOf(shown: { viewId: string; hash: string; view: Record<string, unknown> }, inputs: Inputs = {}) {
  const values = Object.entries(inputs).map(([name, value]) => {
    const input = Array.isArray(value) ? { selected_options: value.map((one) => ({ value: one })) } : { value };
    const isMenu = !Array.isArray(value) && /^pick-(verb|cluster|host|from|to|job|output)$/.test(name);
    return [`block-of-${name}`, { [name]: isMenu ? { selected_option: { value } } : input }];
  });
  const { type, callback_id, private_metadata } = shown.view;
  const state = { values: Object.fromEntries(values) };
  return { id: shown.viewId, hash: shown.hash, type, callback_id, private_metadata, state };
}

/** What Slack sends for anything but a command. */
export function payloadBody(payload: object): string {
  const everyone = { user: { id: 'U0BOB', team_id: 'T0LAB' }, team: { id: 'T0LAB' } };
  return new URLSearchParams({ payload: JSON.stringify({ ...everyone, ...payload }) }).toString();
}

export function homeBody(user = 'U0BOB', tab = 'home'): string {
  const event = { type: 'app_home_opened', user, channel: 'D1', tab, event_ts: '1.2' };
  return JSON.stringify({ type: 'event_callback', team_id: 'T0LAB', event_id: 'Ev1', event });
}
