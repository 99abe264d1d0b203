import type { Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup, type LogOptions } from './log-group.ts';

export type SlackApi = { api: HttpApi; stage: HttpStage; url: string };

const PATH = '/slack/events';

/** Far above what people type; a flood from elsewhere ends here and not in the function. */
const THROTTLE = { rateLimit: 20, burstLimit: 40 };

// Without anything that was said: method, path and outcome.
const ACCESS_LOG = {
  time: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

/** The only public thing of a stage: one path for Slack's requests. */
export function createSlackApi(stack: Stack, slack: LambdaFunction, logs: LogOptions): SlackApi {
  const api = new HttpApi(stack, 'SlackApi', {
    apiName: stack.stackName,
    description: 'Slash commands and buttons, signed by Slack',
    createDefaultStage: false,
  });
  const routes = api.addRoutes({
    path: PATH,
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('ToSlack', slack),
  });
  const stage = new HttpStage(stack, 'SlackStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: THROTTLE,
    accessLogSettings: {
      destination: new LogGroupLogDestination(createLogGroup(stack, 'AccessLogs', logs)),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  const reason = 'Slack can not log in: each request carries its signature, which the function checks before all else.';
  for (const route of routes) acknowledge(route, 'AwsSolutions-APIG4', reason);
  return { api, stage, url: `${api.apiEndpoint}${PATH}` };
}
