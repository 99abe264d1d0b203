// What the lab's esxcli knows: its namespaces, commands and parameters, as FetchCLIInfo describes them.

/** `aliases`: how the parameter is given on the command line. */
export type CliParameter = {
  name: string;
  help: string;
  aliases: string[];
  type: 'string' | 'int' | 'bool';
  isRequired?: true;
};

/** `columns`: of a table, with the name of its rows' type. Without them the result is printed field by field. */
export type CliCommand = {
  help: string;
  /** In the order in which arguments have to be sent: by name. */
  parameters: CliParameter[];
  columns?: { type: string; titles: string[] };
};

const netstack: CliParameter = {
  name: 'netstack',
  help: 'Specify the TCP/IP netstack which the virtual interface resides on',
  aliases: ['-N', '--netstack'],
  type: 'string',
};

const text = (name: string, alias: string, help: string): CliParameter => ({
  name,
  help,
  aliases: alias === '' ? [`--${name}`] : [alias, `--${name}`],
  type: 'string',
});
const whole = (name: string, alias: string, help: string): CliParameter => ({
  ...text(name, alias, help),
  type: 'int',
});
const flag = (name: string, alias: string, help: string): CliParameter => ({
  ...text(name, alias, help),
  type: 'bool',
});

export const CLI_COMMANDS: Record<string, Record<string, CliCommand>> = {
  'network.diag': {
    ping: {
      help: 'Send ICMP echo requests to network hosts.',
      parameters: [
        whole('count', '-c', 'Specify the number of packets to send.'),
        flag('debug', '-D', 'VMKPing debug mode.'),
        flag('df', '-d', 'Set DF bit on IPv4 packets.'),
        { ...text('host', '-H', 'Specify the host to send packets to.'), isRequired: true },
        text('interface', '-I', 'Specify the outgoing interface.'),
        text('interval', '-i', 'Set the interval for sending packets in seconds.'),
        flag('ipv4', '-4', 'Ping with ICMPv4 echo requests.'),
        flag('ipv6', '-6', 'Ping with ICMPv6 echo requests.'),
        { ...netstack, aliases: ['--netstack'] },
        text('nexthop', '-N', "Override the system's default route selection, in dotted quad notation."),
        whole('size', '-s', 'Set the payload size of the packets to send.'),
        whole('ttl', '-t', 'Set IPv4 Time To Live or IPv6 Hop Limit'),
        text('wait', '-W', 'Set the timeout to wait if no responses are received in seconds.'),
      ],
    },
  },
  'network.ip.netstack': {
    list: {
      help: 'List all VMkernel TCP/IP network stacks',
      parameters: [],
      columns: { type: 'NetStack', titles: ['Key', 'Name', 'State'] },
    },
    get: {
      help: 'Get runtime/configuration settings for a given VMkernel TCP/IP stack',
      parameters: [{ ...netstack, isRequired: true }],
    },
  },
  'network.ip.interface': {
    list: {
      help: 'List the VMkernel network interfaces currently known to the system.',
      parameters: [netstack],
    },
  },
  'network.ip.interface.ipv4': {
    get: {
      help: 'List the IPv4 addresses assigned to VMkernel network interfaces.',
      parameters: [text('interface-name', '-i', 'The name of the VMkernel network interface.'), netstack],
      columns: {
        type: 'IPv4Interface',
        titles: ['Name', 'IPv4 Address', 'IPv4 Netmask', 'IPv4 Broadcast', 'Address Type', 'Gateway', 'DHCP DNS'],
      },
    },
  },
  'network.ip.route.ipv4': {
    list: {
      help: 'List configured IPv4 routes',
      parameters: [netstack],
      columns: { type: 'IPv4Route', titles: ['Network', 'Netmask', 'Gateway', 'Interface', 'Source'] },
    },
  },
};
