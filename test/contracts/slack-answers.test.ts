import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseConversations,
  parseFileInfo,
  parseGroupUsers,
  parsePosted,
  parseUploadPlace,
} from '../../shared/contracts/slack-answers.ts';
import { OpsError } from '../../shared/errors.ts';

describe('an answer of Slack’s Web API', () => {
  it('is read for what the product uses of it', () => {
    expect(parsePosted({ ok: true, ts: '1.2', channel: 'C1' })).toEqual({ ts: '1.2' });
    expect(parseGroupUsers({ ok: true, users: ['U1', 'U2'] })).toEqual(['U1', 'U2']);
    expect(parseGroupUsers({ ok: true })).toEqual([]);
    const page = { channels: [{ id: 'C1' }, {}], response_metadata: { next_cursor: 'x' } };
    expect(parseConversations(page)).toEqual({ channels: ['C1'], cursor: 'x' });
    expect(parseConversations({ channels: [], response_metadata: { next_cursor: '' } }).cursor).toBeUndefined();
    const place = { upload_url: 'https://files.slack.com/upload/v1/x', file_id: 'F1' };
    expect(parseUploadPlace(place)).toEqual({ url: place.upload_url, fileId: 'F1' });
    expect(parseFileInfo({ file: {} })).toEqual({ isTyped: false, isShared: false });
    expect(parseFileInfo({ file: { mimetype: 'image/png', shares: { public: { C1: [{}] } } } })).toEqual({
      isTyped: true,
      isShared: true,
    });
  });

  it('of names in one text makes nobody a member of a group', () => {
    expect(() => parseGroupUsers({ users: 'U0ANN,U0BOB' })).toThrow(OpsError);
  });

  it('of any other shape is a failure with a code and a remedy, never a TypeError', () => {
    const parsers = [parsePosted, parseGroupUsers, parseConversations, parseUploadPlace, parseFileInfo];
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.constantFrom(...parsers), (answer, parser) => {
        try {
          parser(answer);
        } catch (error) {
          if (!(error instanceof OpsError)) throw error;
          expect(error).toMatchObject({ code: 'slack-unreachable', remedy: expect.stringContaining('slack.com') });
        }
      }),
    );
  });
});
