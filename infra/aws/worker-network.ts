// Where the worker runs: it reaches vCenter and the AWS services it uses, and nothing else.
import { Fn, type Stack } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnTransitGatewayAttachment,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../../shared/domain/settings.ts';
import type { Network } from './deployment.ts';
import { createLogGroup, type LogOptions } from './log-group.ts';

export type WorkerNetwork = { vpc: IVpc; subnets: ISubnet[]; securityGroup: SecurityGroup };

export type WorkerNetworkOptions = { network: Network; settings: Settings; logs: LogOptions };

/** The subnets that were given, or a new VPC with nothing but endpoints and the way to vCenter. */
export function createWorkerNetwork(stack: Stack, { network, settings, logs }: WorkerNetworkOptions): WorkerNetwork {
  const { vpc, subnets } = 'vpc' in network ? findGiven(stack, network) : createNew(stack, network, logs);
  const securityGroup = new SecurityGroup(stack, 'WorkerGroup', {
    vpc,
    description: 'The worker: out to vCenter and to AWS, nothing in.',
    allowAllOutbound: false,
  });
  for (const port of portsOf(settings)) {
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'vCenter and AWS over TLS');
  }
  return { vpc, subnets, securityGroup };
}

/** 443 for AWS, and the ports of the vCenters. */
function portsOf(settings: Settings): number[] {
  const own = Object.values(settings.vcenters).map(({ url }) => Number(new URL(url).port || '443'));
  return [...new Set([443, ...own])];
}

function findGiven(stack: Stack, { vpc: vpcId, subnets }: Extract<Network, { vpc: string }>) {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId,
    // Lambda is told the subnets; nothing here depends on the zones they lie in.
    availabilityZones: subnets.map((_, index) => Fn.select(index, Fn.getAzs())),
    isolatedSubnetIds: subnets,
  });
  return { vpc, subnets: vpc.isolatedSubnets };
}

function createNew(stack: Stack, network: Extract<Network, { cidr: string }>, logs: LogOptions) {
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr(network.cidr),
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'worker', subnetType: SubnetType.PRIVATE_ISOLATED }],
    restrictDefaultSecurityGroup: false,
  });
  const subnets = vpc.isolatedSubnets;
  addEndpoints(stack, vpc, network.cidr);
  addFlowLog(stack, vpc, logs);
  addRoutes(stack, vpc, network);
  // The CDK's own types do not agree with each other under exactOptionalPropertyTypes.
  return { vpc: vpc as IVpc, subnets };
}

/** Only for principals of this account: the endpoints are no way to anybody else's queues or tables. */
function addEndpoints(stack: Stack, vpc: Vpc, cidr: string): void {
  const ofThisAccount = () =>
    new PolicyStatement({
      principals: [new AnyPrincipal()],
      actions: ['*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:PrincipalAccount': stack.account, 'aws:ResourceAccount': stack.account } },
    });
  const services = {
    Sqs: InterfaceVpcEndpointAwsService.SQS,
    SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  };
  const securityGroup = new SecurityGroup(stack, 'EndpointGroup', {
    vpc: vpc as IVpc,
    description: 'Endpoints of AWS services: in from the VPC over TLS',
    allowAllOutbound: false,
  });
  securityGroup.addIngressRule(Peer.ipv4(cidr), Port.tcp(443), 'The worker');
  for (const [id, service] of Object.entries(services)) {
    const options = { service, securityGroups: [securityGroup], open: false };
    vpc.addInterfaceEndpoint(id, options).addToPolicy(ofThisAccount());
  }
  vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB }).addToPolicy(ofThisAccount());
}

function addFlowLog(stack: Stack, vpc: Vpc, logs: LogOptions): void {
  const logGroup = createLogGroup(stack, 'FlowLogs', logs);
  const role = new Role(stack, 'FlowLogRole', { assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com') });
  vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup, role) });
}

function addRoutes(stack: Stack, vpc: Vpc, { transitGateway, vcenterNetworks }: Extract<Network, { cidr: string }>) {
  if (transitGateway === undefined) return;
  const attachment = new CfnTransitGatewayAttachment(stack, 'ToVcenter', {
    transitGatewayId: transitGateway,
    vpcId: vpc.vpcId,
    subnetIds: vpc.isolatedSubnets.map((subnet) => subnet.subnetId),
  });
  for (const [index, subnet] of vpc.isolatedSubnets.entries()) {
    for (const [number, destinationCidrBlock] of vcenterNetworks.entries()) {
      const { routeTableId } = subnet.routeTable;
      const id = `ToVcenter${index}x${number}`;
      const route = new CfnRoute(stack, id, { routeTableId, destinationCidrBlock, transitGatewayId: transitGateway });
      // There is no way through the gateway before the VPC is attached to it.
      route.addResourceDependency(attachment);
    }
  }
}
