// The methods of Slack's Web API that the app uses, as the real client calls them: a form with JSON inside.
import { type ApiAnswer, type ApiForm, type Method, refuse, type World } from './methods/api-arguments.ts';
import { CHAT_METHODS } from './methods/chat.ts';
import { DIRECTORY_METHODS } from './methods/directory.ts';
import { FILE_METHODS } from './methods/files.ts';
import { VIEW_METHODS } from './methods/views.ts';

export type WebApi = (method: string, call: { token: string | undefined; form: ApiForm }) => ApiAnswer;

const METHODS: Record<string, Method> = { ...CHAT_METHODS, ...FILE_METHODS, ...VIEW_METHODS, ...DIRECTORY_METHODS };

/** Answers one call. `botToken` and `appToken` are the only ones it knows. */
export function createWebApi(world: World, { botToken, appToken }: { botToken: string; appToken: string }): WebApi {
  return (name, { token, form }) => {
    const method = METHODS[name];
    if (method === undefined) return refuse('unknown_method');
    if (token === undefined) return refuse('not_authed');
    if (token !== botToken && token !== appToken) return refuse('invalid_auth');
    if ((token === appToken) !== (method.isAppLevel === true)) return refuse('not_allowed_token_type');
    const { scope } = method;
    if (scope !== undefined && !world.faults.scopes.includes(scope))
      return { ok: false, error: 'missing_scope', needed: scope, provided: world.faults.scopes.join(',') };
    return method.run(form, world);
  };
}

/** What a call of the method needs, for the header in which Slack says so. */
export const scopeOf = (method: string): string | undefined => METHODS[method]?.scope;
