/** Replies that made the client end in a TypeError instead of a failure with a code. `asked`: a question of
 * soap-replies.test.ts; in every reply to it `from` is written as `to`. */
export const BROKEN_REPLIES: { what: string; asked: string; from: string; to: string }[] = [
  { what: 'an adapter without its specification', asked: 'the cluster', from: 'spec>', to: 'gone>' },
  {
    what: 'a list of adapters that says it is text',
    asked: 'one host',
    from: '<val xsi:type="ArrayOfHostVirtualNic">',
    to: '<val xsi:type="ArrayOfString">',
  },
  {
    what: 'a machine whose host is a reference without a type',
    asked: 'the machines',
    from: 'type="HostSystem"',
    to: '',
  },
  { what: 'a network card without its port', asked: 'the machines', from: 'port>', to: 'gone>' },
  { what: 'a content without its property collector', asked: 'the cluster', from: 'propertyCollector', to: 'gone' },
  { what: 'a session without its key', asked: 'privileges', from: 'key>', to: 'gone>' },
];
