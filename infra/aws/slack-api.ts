import type { Stack } from 'aws-cdk-lib';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup, type LogOptions } from './log-group.ts';

export type SlackApi = { api: HttpApi; stage: HttpStage; url: string; alarmUrl: string };

const PATH = '/slack/events';
const ALARM_PATH = '/alarm/{way}';

/** Far above what people type; a flood from elsewhere ends here and not in the function. */
const THROTTLE = { rateLimit: 20, burstLimit: 40 };

/** Ten thousand alarms in a minute are taken; a sender that is asked to wait tries again. */
const ALARM_THROTTLE = { ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 };

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

/** The only public things of a stage: one path for Slack's requests, and one for each way in for alarms. */
export function createSlackApi(
  stack: Stack,
  { slack, alarm }: { slack: LambdaFunction; alarm: LambdaFunction },
  logs: LogOptions,
): SlackApi {
  const api = new HttpApi(stack, 'SlackApi', {
    apiName: stack.stackName,
    description: 'Slash commands and buttons, signed by Slack; alarms, each with its own proof',
    createDefaultStage: false,
  });
  const routes = api.addRoutes({
    path: PATH,
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('ToSlack', slack),
  });
  const alarmRoutes = api.addRoutes({
    path: ALARM_PATH,
    methods: [HttpMethod.POST, HttpMethod.PUT],
    integration: new HttpLambdaIntegration('ToAlarm', alarm),
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
  const own =
    'What sends alarms can not log in: each way in has its own proof, which the function checks before all else.';
  for (const route of alarmRoutes) acknowledge(route, 'AwsSolutions-APIG4', own);
  throttleAlarms(stage, alarmRoutes);
  const { apiEndpoint } = api;
  return { api, stage, url: `${apiEndpoint}${PATH}`, alarmUrl: `${apiEndpoint}/alarm/` };
}

/** The construct knows one throttle for all routes. */
function throttleAlarms(stage: HttpStage, routes: HttpRoute[]): void {
  const made = stage.node.defaultChild;
  if (!(made instanceof CfnStage)) throw new Error('the stage is not made of what it was');
  const settings = ['POST', 'PUT'].map((method) => [`${method} ${ALARM_PATH}`, ALARM_THROTTLE]);
  made.addPropertyOverride('RouteSettings', Object.fromEntries(settings));
  // Settings can be given only to routes that are there.
  stage.node.addDependency(...routes);
}
