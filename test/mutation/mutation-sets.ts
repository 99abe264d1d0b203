/**
 * Files that are tried together by the tests that are about them. `floor`: the score in per cent below which a run fails,
 * so that it can't sink unseen. What is missing to 100 is explained in docs/reliability.md.
 */
export type MutationSet = { files: string[]; tests: string[]; floor: number };

/** By name, for `--set`. */
export const MUTATION_SETS: Record<string, MutationSet> = {
  decisions: {
    files: [
      'shared/domain/{decide,decide-control,decide-audited,job-move,job-verdict}.ts',
      'shared/domain/{approval,declared-approval,access,rights}.ts',
      'shared/domain/{automation,breaker,rollout,limit-to-host}.ts',
    ],
    tests: ['test/domain/{decide,decide-effects,job-verdict,approval,access,automation,breaker,limit-to-host}.test.ts'],
    floor: 98,
  },
  places: {
    files: [
      'shared/domain/{ip-network,addressing,address-rule,gateway-rule,ipv6-rule}.ts',
      'shared/domain/{windows,time-span}.ts',
    ],
    tests: ['test/domain/{ip-network,addressing,addressing-rules,windows,time-span,wall-clock}.test.ts'],
    floor: 96,
  },
  restore: {
    files: ['shared/domain/{plan-restore,restore-adapters,restore-switching,restore-draft}.ts'],
    tests: ['test/domain/{plan-restore,restore-others}.test.ts'],
    floor: 94,
  },
  trail: {
    files: ['shared/app/{append-audit,audited-session,approval-refusal,dead-letters}.ts'],
    tests: ['test/app/{append-audit,audited-session,approval-refusal,dead-letters}.test.ts'],
    floor: 92,
  },
  answers: {
    files: ['shared/app/{decide-approval,access,one-at-a-time}.ts'],
    tests: ['test/app/{decide-approval,one-at-a-time}.test.ts', 'test/scenarios/approvals.test.ts'],
    floor: 83,
  },
  planners: {
    files: [
      'shared/domain/plan-{enable,cluster,adapters,old-adapters,netstack,port-group,switch,distributed,draft}.ts',
      'shared/domain/{host-checks,uplink-checks,step-effect,first-uplinks}.ts',
    ],
    tests: ['test/domain/{plan-enable,plan-wide,step-effect,first-uplinks}.test.ts'],
    floor: 97,
  },
  hands: {
    files: ['shared/app/{apply-host,perform-step,host-work,put-back-host,give-back}.ts'],
    tests: ['test/app/{apply-host,put-back-host,give-back}.test.ts'],
    floor: 90,
  },
  notices: {
    files: [
      'shared/app/{pace,patience,until-unbeaten,report,report-show,report-card,report-thread,post-thread-item}.ts',
    ],
    tests: ['test/app/{report,report-card,report-thread,pace,until-unbeaten,patience}.test.ts'],
    floor: 87,
  },
  grammar: {
    files: [
      'shared/domain/parse-{command,verb,alarm,freeze,reject,trial}.ts',
      'shared/domain/command-{flags,of,refusal,text}.ts',
      'shared/domain/{grammar,meant-verb,nearest,find-cluster,job-id}.ts',
    ],
    tests: ['test/domain/{parse-command,meant-verb,nearest,command-of}.test.ts'],
    floor: 96,
  },
  alarms: {
    files: [
      'shared/domain/alarm-{policy,place,signal,meaning,defaults}.ts',
      'shared/domain/card{,-decide,-signal,-silence,-move}.ts',
      'shared/domain/{policy-explain,flap,triggered-signal}.ts',
    ],
    tests: ['test/domain/{alarm-policy,alarm-place,alarm-signal,card-decide,policy-explain}.test.ts'],
    floor: 95,
  },
  cards: {
    files: ['shared/app/{receive-alarm,act-on-card,move-card}.ts'],
    tests: ['test/app/{receive-alarm,act-on-card}.test.ts'],
    floor: 84,
  },
  matrix: {
    files: [
      'shared/domain/{paths,gate-paths,probe,cell,cell-mark,judge-matrix}.ts',
      'shared/domain/matrix-{csv,json,rows}.ts',
      'shared/domain/{address-askers,unasked-addresses,new-addresses}.ts',
    ],
    tests: [
      'test/domain/{paths,gate-paths,probe,cell,judge-matrix,matrix-csv,matrix-json,matrix-grid}.test.ts',
      'test/domain/{address-askers,unasked-addresses,new-addresses}.test.ts',
    ],
    floor: 92,
  },
  shares: {
    files: [
      'shared/domain/{group-goal,sharing-clusters,left-behind,match-adapters,order-by-address}.ts',
      'shared/domain/{restore-stack,stack-hold,netstack-text,network-fields,hand-commands}.ts',
    ],
    tests: [
      'test/domain/{group-goal,sharing-clusters,left-behind,match-adapters,order-by-address}.test.ts',
      'test/domain/{restore-stack,stack-hold,netstack-text,network-fields,hand-commands}.test.ts',
    ],
    floor: 96,
  },
  drift: {
    files: ['shared/domain/drift{,-find,-wanted,-author}.ts'],
    tests: ['test/domain/{drift,drift-wanted}.test.ts'],
    floor: 92,
  },
  waves: {
    files: ['shared/app/{run-wave,roll-back,prove-wave,stop-wave,check-fresh,load-wave,forget-baseline}.ts'],
    tests: ['test/app/{run-wave,roll-back,prove-wave,stop-wave,check-fresh,load-wave}.test.ts'],
    floor: 90,
  },
  slices: {
    files: [
      'shared/app/{run-slice,run-change,slice-run,slice-error,end-failed-slice,drop-slice,heartbeat,vcenter-turn}.ts',
    ],
    tests: ['test/app/{run-slice,end-failed-slice,drop-slice,heartbeat,vcenter-turn}.test.ts'],
    floor: 92,
  },
  clock: {
    files: ['shared/app/{control,tick,tick-leases,tick-audits,may-remind,retry-job}.ts'],
    tests: ['test/app/{control,tick,tick-jobs,tick-audits,retry-job}.test.ts'],
    floor: 94,
  },
  proof: {
    files: ['shared/app/{prove-job,probe-matrix,probe-addresses,answering-addresses}.ts'],
    tests: ['test/app/{prove-job,probe-matrix,probe-addresses,answering-addresses}.test.ts'],
    floor: 90,
  },
};
