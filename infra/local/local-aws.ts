/** What the SDK's clients want to know before they talk to an emulator, which looks at none of it. */
export const LOCAL_AWS = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
