// What the page knows of the workspace: asked for once, then kept by what changes.

/** `onChange(what)` is told of 'all', 'messages', 'views' or 'side'. `say` shows a line about the connection. */
export function createWorld({ onChange, say }) {
  const world = {
    users: [],
    channels: [],
    groups: [],
    hints: [],
    bot: {},
    messages: [],
    privates: [],
    views: {},
    version: 0,
  };
  let user = sessionStorage.getItem('user') ?? undefined;
  let events;
  /** What came since the state was last asked for. */
  let taken = [];

  async function load() {
    const response = await fetch(`/lab/state?user=${encodeURIComponent(user ?? '')}`);
    const state = await response.json();
    // The state may be older than a change that has come meanwhile: that one is taken again.
    taken = taken.filter(({ change }) => change > state.changes);
    const isOlder = state.version < world.version;
    Object.assign(world, state, isOlder ? { views: world.views, side: world.side, version: world.version } : {});
    for (const change of taken) keep(change);
    if (!world.users.some((one) => one.id === user)) {
      user = world.users[0].id;
      return load();
    }
    onChange('all');
  }

  function keep({ kind, message }) {
    const list = message.to === undefined ? world.messages : world.privates;
    const index = list.findIndex((one) => one.channel === message.channel && one.ts === message.ts);
    if (kind === 'deleted') {
      if (index >= 0) list.splice(index, 1);
    } else if (index >= 0) list[index] = message;
    else list.push(message);
  }

  function take(what, data) {
    if (data.version < world.version) return;
    const { version, ...rest } = data;
    Object.assign(world, { [what]: rest, version });
    onChange(what);
  }

  async function connect() {
    await load();
    events?.close();
    events = new EventSource(`/lab/events?user=${encodeURIComponent(user)}`);
    // After a break something may have been missed: the whole state is asked for again.
    events.addEventListener('ready', () => {
      taken = [];
      world.version = 0;
      void load().then(() => say(''));
    });
    events.addEventListener('message', (event) => {
      const change = JSON.parse(event.data);
      taken.push(change);
      keep(change);
      onChange('messages');
    });
    for (const what of ['views', 'side']) events.addEventListener(what, (event) => take(what, JSON.parse(event.data)));
    events.addEventListener('error', () => say('Not connected. It tries again by itself; is npm start still running?'));
  }

  return {
    world,
    connect,
    user: () => user,
    async become(id) {
      user = id;
      sessionStorage.setItem('user', id);
      world.version = 0;
      world.views = {};
      await connect();
    },
    /** Posts what the person did. Answers the response's content, undefined when it was not taken. */
    async post(path, body) {
      try {
        const response = await fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...body }),
        });
        const answer = await response.json();
        say(response.ok ? '' : `The lab answered: ${answer.error ?? response.status}`);
        return response.ok ? answer : undefined;
      } catch {
        say('Not sent: the lab does not answer. Is npm start still running?');
        return undefined;
      }
    },
  };
}
