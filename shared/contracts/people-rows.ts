// What the table gives back about freezes, user groups and the app's installation. Loose, like every row.
import { z } from 'zod';
import type { Freeze } from '../domain/freeze.ts';
import type { GroupRecord, InstallationRecord } from '../ports.ts';
import { rowParser } from './parse-row.ts';
import { text } from './row-scalars.ts';

const freezeSchema: z.ZodType<Freeze> = z.lazy(() =>
  z.looseObject({
    id: text,
    scope: text,
    channel: text,
    reason: text,
    by: text,
    at: text,
    until: text.optional(),
    liftedBy: text.optional(),
  }),
);

const groupSchema: z.ZodType<GroupRecord> = z.lazy(() =>
  z.looseObject({ group: text, members: z.array(text), readAt: text }),
);

const installationSchema: z.ZodType<InstallationRecord> = z.lazy(() =>
  z.looseObject({
    teams: z.array(text),
    organisation: text.optional(),
    readAt: text,
  }),
);

/** Each throws `row-invalid`. `origin`: the row's key. */
export const parseFreezeRow = rowParser(freezeSchema);
export const parseGroupRow = rowParser(groupSchema);
export const parseInstallationRow = rowParser(installationSchema);
