// The script that goes to the vCenter appliance, run as vCenter runs it, against a server of this test.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { verifySigned } from '../../functions/alarm-proof.ts';

const SCRIPT = join(import.meta.dirname, '../../infra/sender/vmotion-alarm.sh');
const SECRET = 's3cret with "quotes", a \\ and %s $HOME `id` é';
const RUN_MS = 60_000;

type Got = { headers: IncomingMessage['headers']; body: string };

let folder: string;
let server: Server;
let got: Got[];
/** The status of each answer; the last one is repeated. `hang`: none ever comes. */
let answers: (number | 'hang')[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vmotion-alarm-test-'));
  got = [];
  answers = [200];
  server = createServer(answer);
  await listen(server);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer(request: IncomingMessage, response: import('node:http').ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    got.push({ headers: request.headers, body: Buffer.concat(chunks).toString('latin1') });
    const status = answers.length > 1 ? answers.shift() : answers[0];
    if (status !== 'hang') response.writeHead(status ?? 200).end(status === 200 ? '' : 'because\u001b[31m of this');
  });
}

const listen = (one: Server) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
const portOf = (one: Server) => (one.address() as AddressInfo).port;

function writeConfig(more: Record<string, string> = {}, { secret = SECRET, mode = 0o600 } = {}): string {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${secret}\n`);
  chmodSync(secretFile, mode);
  const values = {
    URL: `http://127.0.0.1:${portOf(server)}/alarm/vcenter`,
    SECRET_FILE: secretFile,
    VCENTER: 'lab',
    ...more,
  };
  const path = join(folder, 'vmotion-alarm.conf');
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}`);
  writeFileSync(path, `# where to\n\n${lines.join('\n')}`);
  return path;
}

const ALARM = {
  VMWARE_ALARM_NAME: 'vMotion network lost',
  VMWARE_ALARM_ID: 'alarm-301',
  VMWARE_ALARM_TARGET_NAME: 'esx01.lab.local',
  VMWARE_ALARM_TARGET_ID: 'host-20',
  VMWARE_ALARM_OLDSTATUS: 'Green',
  VMWARE_ALARM_NEWSTATUS: 'Red',
};

type Ran = { code: number | null; stderr: string };

function run(config: string, env: NodeJS.ProcessEnv = ALARM, shell = 'sh', path = process.env.PATH): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell, [SCRIPT, config], { env: { PATH: path, TMPDIR: folder, ...env } });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
}

const bodyOf = ({ body }: Got) => JSON.parse(body) as Record<string, string>;
const isSigned = ({ headers, body }: Got, secret = SECRET) => {
  const request = {
    headers: headers as Record<string, string | undefined>,
    body: Buffer.from(body, 'latin1'),
  };
  return verifySigned(request, secret, new Date()).kind === 'proven';
};

describe('the alarm sender', () => {
  it.each(['sh', 'bash'])(
    'posts what vCenter says of an alarm, signed, under %s',
    { timeout: RUN_MS },
    async (shell) => {
      const summary = 'Event: uplink lost\nDate: 2026-01-02\tT\r\nHost: esx01';
      const env = {
        ...ALARM,
        VMWARE_ALARM_TRIGGERINGSUMMARY: summary,
        VMWARE_ALARM_EVENT_USERNAME: 'VSPHERE.LOCAL\\bob',
      };
      expect(await run(writeConfig(), env, shell)).toEqual({ code: 0, stderr: '' });
      expect(got).toHaveLength(1);
      const [request] = got as [Got];
      expect(isSigned(request)).toBe(true);
      expect(isSigned(request, `${SECRET} `)).toBe(false);
      expect(request.headers['content-type']).toBe('application/json');
      expect(bodyOf(request)).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        vcenter: 'lab',
        alarmName: 'vMotion network lost',
        alarmId: 'alarm-301',
        targetName: 'esx01.lab.local',
        targetId: 'host-20',
        oldStatus: 'Green',
        newStatus: 'Red',
        triggeringSummary: summary,
        eventUserName: 'VSPHERE.LOCAL\\bob',
        ...Object.fromEntries(EMPTY.map((name) => [name, ''])),
      });
    },
  );

  it('carries any text whatever is in it', { timeout: 4 * RUN_MS }, async () => {
    const config = writeConfig();
    const text = fc.string({ unit: 'binary', maxLength: 300 }).map((one) => one.replaceAll('\0', '').toWellFormed());
    await fc.assert(
      fc.asyncProperty(text, text, async (name, description) => {
        got = [];
        const env = { ...ALARM, VMWARE_ALARM_NAME: `x${name}`, VMWARE_ALARM_EVENTDESCRIPTION: description };
        expect((await run(config, env)).code).toBe(0);
        const [request] = got as [Got];
        expect(request.body).toMatch(/^[\x20-\x7e]+$/);
        expect(bodyOf(request)).toMatchObject({ alarmName: `x${name}`, eventDescription: description });
        expect(isSigned(request)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    { text: '$(touch hacked) `touch hacked` ; touch hacked', seen: '$(touch hacked) `touch hacked` ; touch hacked' },
    { text: '%s%n%d \\n \\000 \\', seen: '%s%n%d \\n \\000 \\' },
    { text: '-n', seen: '-n' },
    { text: '<!channel> "},"newStatus":"Green', seen: '<!channel> "},"newStatus":"Green' },
    { text: 'ü€😀', seen: 'ü€😀' },
    { text: 'x'.repeat(9_000), seen: 'x'.repeat(4_000) },
  ])('does nothing with $text but to pass it on', { timeout: RUN_MS }, async ({ text, seen }) => {
    await run(writeConfig(), { ...ALARM, VMWARE_ALARM_EVENTDESCRIPTION: text });
    expect(bodyOf(got[0] as Got)).toMatchObject({ eventDescription: seen, newStatus: 'Red' });
  });

  it('makes U+FFFD of bytes that are no UTF-8', { timeout: RUN_MS }, async () => {
    // Node hands over an environment in UTF-8 only, so the shell makes these bytes.
    const config = writeConfig();
    const path = join(folder, 'wrap.sh');
    const bytes = String.raw`a\377b\300\257c\355\240\200d\360\237\230`;
    writeFileSync(
      path,
      `VMWARE_ALARM_EVENTDESCRIPTION=$(printf '${bytes}'); export VMWARE_ALARM_EVENTDESCRIPTION\nexec sh "$@"\n`,
    );
    const code = await new Promise((resolve) => {
      const env = { PATH: process.env.PATH, TMPDIR: folder, ...ALARM };
      spawn('sh', [path, SCRIPT, config], { env }).once('close', resolve);
    });
    expect(code).toBe(0);
    expect(bodyOf(got[0] as Got)['eventDescription']).toBe('a\ufffdb\ufffd\ufffdc\ufffd\ufffd\ufffdd\ufffd');
  });

  it('stays below what the other side takes, the alarm first, however much there is', { timeout: RUN_MS }, async () => {
    const long = '😀'.repeat(16_000);
    const names = ['EVENT_HOST', 'EVENT_VM', 'EVENTDESCRIPTION', 'TRIGGERINGSUMMARY', 'DECLARINGSUMMARY', 'EVENT_DVS'];
    const env = Object.fromEntries(names.map((name) => [`VMWARE_ALARM_${name}`, long]));
    expect((await run(writeConfig(), { ...ALARM, ...env })).code).toBe(0);
    expect(got[0]?.body.length).toBeLessThan(256 * 1024);
    expect(bodyOf(got[0] as Got)).toMatchObject({ alarmName: 'vMotion network lost', newStatus: 'Red' });
  });

  it.each([1, 64, 65, 200])('signs with a secret of %i characters', { timeout: RUN_MS }, async (length) => {
    const secret = 'k'.repeat(length);
    expect((await run(writeConfig({}, { secret }))).code).toBe(0);
    expect(isSigned(got[0] as Got, secret)).toBe(true);
  });

  it('shows the secret to no program, neither as an argument nor in its environment', { timeout: RUN_MS }, async () => {
    const seen = join(folder, 'seen');
    const bin = mkdtempSync(join(folder, 'bin-'));
    for (const program of ['openssl', 'curl', 'od', 'awk', 'sed', 'cat', 'tr', 'cut', 'ls', 'mktemp', 'date']) {
      const real = (process.env.PATH ?? '').split(':').map((one) => join(one, program));
      const lines = ['#!/bin/sh', `{ printf '%s\\n' "$0" "$@"; env; } >> ${seen}`];
      const tries = real.map((one) => `[ -x ${one} ] && exec ${one} "$@"`);
      writeFileSync(join(bin, program), [...lines, ...tries].join('\n'), { mode: 0o755 });
    }
    const secret = 'VerySecretKey0123456789';
    const ran = await run(
      writeConfig({}, { secret }),
      { ...ALARM, secret: 'of somebody else' },
      'sh',
      `${bin}:${process.env.PATH}`,
    );
    expect(ran).toEqual({ code: 0, stderr: '' });
    const text = readFileSync(seen, 'utf8');
    expect(text).toContain('openssl');
    const hex = Buffer.from(secret).toString('hex');
    const pads = [0x36, 0x5c].map((pad) => octal(Buffer.from(secret).map((byte) => byte ^ pad)));
    for (const form of [secret, hex, octal(Buffer.from(secret)), ...pads]) expect(text).not.toContain(form);
  });

  it('tries again, signed anew, until somebody takes it', { timeout: RUN_MS }, async () => {
    answers = [503, 200];
    expect((await run(writeConfig())).code).toBe(0);
    expect(got.map(isAnySigned)).toEqual([true, true]);
    expect(new Set(got.map(({ headers }) => headers['x-vmotion-signature'])).size).toBe(2);
    expect(new Set(got.map((one) => bodyOf(one)['id'])).size).toBe(1);
  });

  it.each([
    {
      name: 'no answer in time',
      answer: 'hang' as const,
      more: { MAX_SECONDS: '1', ATTEMPTS: '1' },
      code: 4,
      tries: 1,
    },
    { name: 'an error for long', answer: 500, more: { ATTEMPTS: '2' }, code: 4, tries: 2 },
    { name: 'a refusal', answer: 401, more: {}, code: 3, tries: 1 },
    { name: 'a redirection', answer: 302, more: {}, code: 3, tries: 1 },
  ])('ends with $code after $name', { timeout: RUN_MS }, async ({ answer: status, more, code, tries }) => {
    answers = [status];
    const ran = await run(writeConfig(more));
    expect(ran.code).toBe(code);
    expect(got).toHaveLength(tries);
    expect(ran.stderr).toMatch(/^vmotion-alarm: http:\/\/127\.0\.0\.1:\d+\/alarm\/vcenter (answered|gave)/);
    expect(ran.stderr).not.toContain('\u001b');
  });

  it.each([
    { name: 'without a secret file', more: { SECRET_FILE: '/nowhere' }, says: 'cannot read SECRET_FILE /nowhere' },
    { name: 'with an empty secret', secret: '', says: 'is empty' },
    { name: 'with a secret that others may read', mode: 0o644, says: 'is open to others' },
    { name: 'with a secret that its group may write', mode: 0o620, says: 'is open to others' },
    {
      name: 'over plain HTTP to elsewhere',
      more: { URL: 'http://example.com/alarm/vcenter' },
      says: 'begin with https',
    },
    { name: 'with an unknown key', more: { URI: 'x' }, says: 'unknown key: URI' },
    { name: 'with a time that is none', more: { MAX_SECONDS: '1; id' }, says: 'MAX_SECONDS' },
    { name: 'without an alarm', env: {}, says: 'VMWARE_ALARM_NAME is not set' },
  ])('sends nothing $name, and says why', { timeout: RUN_MS }, async ({ more = {}, env = ALARM, says, ...file }) => {
    const ran = await run(writeConfig(more, file), env);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(says);
    expect(got).toEqual([]);
  });

  it('trusts the authority it is given, and no other', { timeout: RUN_MS }, async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const secure = createTlsServer({ key, cert }, answer);
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    try {
      const cacert = join(folder, 'ca.pem');
      writeFileSync(cacert, cert);
      const URL = `https://localhost:${(secure.address() as AddressInfo).port}/alarm/vcenter`;
      const untrusted = await run(writeConfig({ URL, ATTEMPTS: '1' }));
      expect([untrusted.code, got.length]).toEqual([4, 0]);
      expect((await run(writeConfig({ URL, CACERT: cacert }))).code).toBe(0);
      expect(isSigned(got[0] as Got)).toBe(true);
    } finally {
      secure.close();
    }
  });

  it("is the simulated vCenter's own alarm action", { timeout: RUN_MS }, async () => {
    const lab = createLabVcenter({ onAlarm: { command: ['sh', SCRIPT, writeConfig()] } });
    lab.changes.breakHost('uplink-lost', 'esx03.lab.local');
    await lab.alarmScripts.idle();
    lab.changes.mendHost('uplink-lost', 'esx03.lab.local');
    await lab.alarmScripts.idle();
    const alarm = { alarmName: 'Network uplink redundancy lost', targetName: 'esx03.lab.local', targetId: 'host-22' };
    expect(got.map(bodyOf)).toMatchObject([
      { ...alarm, oldStatus: 'Green', newStatus: 'Yellow', eventComputeResource: 'cluster-a' },
      { ...alarm, oldStatus: 'Yellow', newStatus: 'Green' },
    ]);
    expect(bodyOf(got[0] as Got)['triggeringSummary']?.split('\n').length).toBeGreaterThan(3);
    expect(got.every((one) => isSigned(one))).toBe(true);
    expect(lab.alarmScripts.runs().map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(lab.model.events.map(({ class: name }) => name)).toContain('AlarmScriptCompleteEvent');
  });
});

const EMPTY = [
  'eventHost',
  'eventComputeResource',
  'eventDatacenter',
  'eventVm',
  'eventNetwork',
  'eventDatastore',
  'eventDvs',
  'alarmValue',
  'eventDescription',
  'declaringSummary',
];
const isAnySigned = (one: Got) => isSigned(one);
const octal = (bytes: Uint8Array) => [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
