// AWS as the built functions meet it: the emulators behind one address that writes down who asked for what.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** `who`: the access key of the one who asked, which each function has of its own. `on`: table, index, queue or
 * secret. */
export type AwsCall = { who: string; action: string; on: string };

export type RecordingAws = {
  url: string;
  calls(): AwsCall[];
  stop(): Promise<void>;
};

export type RecordingAwsOptions = { tableUrl: string; queueUrl: string; secrets: Record<string, object> };

const SERVICES: Record<string, string> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

export async function startRecordingAws(options: RecordingAwsOptions): Promise<RecordingAws> {
  const calls: AwsCall[] = [];
  const server = createServer((request, response) => {
    pass(options, calls, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => [...calls],
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  options: RecordingAwsOptions,
  calls: AwsCall[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [target = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
  const service = SERVICES[target] ?? target;
  const body = await text(request);
  const input = JSON.parse(body) as Input;
  const who = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody';
  calls.push({ who, action: `${service}:${operation}`, on: objectOf(input) });
  if (service === 'secretsmanager') {
    const content = options.secrets[input.SecretId ?? ''];
    if (content === undefined) return send(response, 400, { __type: 'ResourceNotFoundException' });
    return send(response, 200, { Name: input.SecretId, SecretString: JSON.stringify(content) });
  }
  const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
  const upstream = service === 'dynamodb' ? options.tableUrl : options.queueUrl;
  const answer = await fetch(`${upstream}${request.url ?? '/'}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body,
  });
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
    'x-amz-crc32': answer.headers.get('x-amz-crc32') ?? '',
  });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

type Input = {
  SecretId?: string;
  QueueUrl?: string;
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
};

function objectOf({ SecretId, QueueUrl, TableName, IndexName, RequestItems = {} }: Input): string {
  if (SecretId !== undefined) return SecretId;
  if (QueueUrl !== undefined) return QueueUrl.split('/').at(-1) ?? '';
  const table = TableName ?? Object.keys(RequestItems)[0] ?? '';
  return IndexName === undefined ? table : `${table}/index/${IndexName}`;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}
