// What explore.ts feeds: each takes any text, and throws only where something is wrong with the product.
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createLabVcenter } from '../../infra/lab/vcenter/vcenter.ts';
import { parseAlertmanager } from '../../shared/contracts/alarm-alertmanager.ts';
import { parseCloudEvents } from '../../shared/contracts/alarm-cloudevents.ts';
import { parseJsonAlarms } from '../../shared/contracts/alarm-json.ts';
import { parseLogsAlert } from '../../shared/contracts/alarm-logs.ts';
import { parseOperationsAlert } from '../../shared/contracts/alarm-operations.ts';
import { parseVcenterAlarm } from '../../shared/contracts/alarm-vcenter.ts';
import { parseConfigFile } from '../../shared/contracts/config-file.ts';
import { parseCommand } from '../../shared/domain/parse-command.ts';
import { OpsError } from '../../shared/errors.ts';
import { decodeAny } from '../../shared/vsphere/codec.ts';
import { decodeEnvelope } from '../../shared/vsphere/envelope.ts';
import { decodeResponse } from '../../shared/vsphere/operation-codec.ts';
import { WireError } from '../../shared/vsphere/wire-error.ts';
import { parseAnyXml, parseXml } from '../../shared/vsphere/xml.ts';
import { createLabTransport } from '../support/lab-transport.ts';
import { createVsphere } from '../../shared/vsphere/vsphere.ts';
import { silentLog } from '../../shared/log.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

/** `covers`: the files whose branches count. `words`: what is put in, beside what the corpus holds. */
export type Target = {
  run(text: string): void;
  corpus(): Promise<string[]> | string[];
  covers: RegExp;
  words: string[];
};

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const PAYLOADS = '../contracts/alarm-payloads/';
const AT = new Date('2026-01-02T03:04:05.000Z');
const CE = {
  'ce-specversion': '1.0',
  'ce-id': '1',
  'ce-source': '/sdk',
  'ce-type': 'com.vmware.vsphere.AlarmStatusChangedEvent.v0',
};

function orRefused(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof OpsError || error instanceof WireError) return 'refused';
    throw error;
  }
}

/** Everything that the lab's vCenter says to a reading. */
async function labReplies(): Promise<string[]> {
  const clock = createVirtualClock();
  const lab = createLabVcenter({ clock, hosts: 1, clusters: ['cluster-dvs'] });
  const wire = createLabTransport(lab);
  const replies: string[] = [];
  const transport = {
    ...wire,
    async post(request: Parameters<typeof wire.post>[0]) {
      const reply = await wire.post(request);
      replies.push(reply.body.slice(0, 20_000));
      return reply;
    },
  };
  const vsphere = createVsphere({
    connect: () => transport,
    credentials: async () => lab.credentials,
    clock,
    log: silentLog,
  });
  await vsphere.withSession('lab', 'explore', (session) => session.readCluster('/DC1/host/cluster-dvs'));
  return replies;
}

const OPERATIONS = ['Login', 'AddVirtualNic', 'RetrievePropertiesEx', 'ExecuteSoap', 'QueryEvents'] as const;
const PARSERS = [
  parseVcenterAlarm,
  parseCloudEvents,
  parseOperationsAlert,
  parseLogsAlert,
  parseAlertmanager,
  parseJsonAlarms,
];
const clusters = ['cluster-a', 'cluster-b', 'prod east'];

export const TARGETS: Record<string, Target> = {
  xml: {
    run(text) {
      const quick = orRefused(() => parseXml(text));
      const full = orRefused(() => parseAnyXml(text));
      if (!isDeepStrictEqual(quick, full)) throw new Error('the two parsers differ');
    },
    corpus: labReplies,
    covers: /shared\/vsphere\/(?:plain-xml|xml)\.ts$/,
    words: [
      '<a>',
      '</a>',
      '<a b="c"/>',
      'xmlns:',
      'xsi:type="',
      '&amp;',
      '&#x41;',
      '<![CDATA[',
      ']]>',
      '<!-- -->',
      '<?xml version="1.0"?>',
    ],
  },
  reply: {
    run(text) {
      for (const operation of OPERATIONS) orRefused(() => decodeResponse(operation, decodeEnvelope(text).body));
      orRefused(() => decodeAny(parseXml(text)));
    },
    corpus: labReplies,
    covers: /shared\/vsphere\/(?:codec|scalars|operation-codec|envelope)\.ts$/,
    words: [
      'xsi:type="ArrayOfString"',
      'xsi:type="xsd:int"',
      '<returnval>',
      '</returnval>',
      'AddVirtualNicResponse',
      '-1',
      'true',
    ],
  },
  alarm: {
    run(text) {
      for (const parse of PARSERS) {
        for (const headers of [{}, CE]) orRefused(() => parse({ body: text, headers, at: AT }));
      }
    },
    corpus: () => readdirSync(new URL(PAYLOADS, import.meta.url)).map((file) => read(PAYLOADS + file)),
    covers: /shared\/contracts\/(?:alarm-[a-z]+|flat-xml)\.ts$/,
    words: [
      '"',
      '{',
      '}',
      '[',
      ']',
      ':',
      'null',
      '"alarms":',
      '"raised"',
      '"cleared"',
      '"firing"',
      '"labels":',
      '1e9',
      '\\u0000',
    ],
  },
  command: {
    run: (text) => void parseCommand(text, { clusters }),
    corpus: () => [
      'enable cluster-a',
      'plan cluster-a --hosts esx01,esx02',
      'approve j-1',
      'freeze cluster-a 2h "why"',
      'help',
    ],
    covers: /shared\/domain\/(?:parse-command|meant-verb|find-cluster|nearest)\.ts$/,
    words: [
      'cluster-a',
      '--hosts',
      '--',
      ',',
      '"',
      '“',
      'j-7f3k9c',
      'revert',
      'audit-log',
      'verify',
      'alarm',
      'trial',
      'test',
      '\u00a0',
    ],
  },
  config: {
    run: (text) => void orRefused(() => parseConfigFile(text, 'vmotion.yaml')),
    corpus: () => [read('../../infra/lab/vmotion.yaml')],
    covers: /shared\/contracts\/config-[a-z-]+\.ts$/,
    words: ['\n  ', ': ', '- ', '&a ', '*a', '<<: ', '!!set ', '|', '{', '[', 'none', 'dhcp', '0.0.0.0/0', '~'],
  },
};
