// In one file, because loading the CDK takes longer than all that is then asked of it.
import './stage-stack.suite.ts';
import './least-privilege.suite.ts';
import './operations.suite.ts';
