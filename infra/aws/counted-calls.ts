/** Calls to AWS by action, as the test of the built functions counts them. */
export type Calls = Record<string, number>;

/** An enable of four hosts in one wave, from the command to the last ping and its picture: the most that it may need. The
 * test of the built functions fails when a change comes to need more. */
export const CALLS_OF_A_CHANGE: Calls = {
  'dynamodb:PutItem': 220,
  'dynamodb:UpdateItem': 40,
  'dynamodb:GetItem': 150,
  'dynamodb:Query': 24,
  'sqs:SendMessage': 65,
  'secretsmanager:GetSecretValue': 6,
};

/** The same for an audit of four hosts. */
export const CALLS_OF_AN_AUDIT: Calls = {
  'dynamodb:PutItem': 25,
  'dynamodb:UpdateItem': 4,
  'dynamodb:GetItem': 40,
  'dynamodb:BatchGetItem': 6,
  'dynamodb:Query': 12,
  'sqs:SendMessage': 8,
  'secretsmanager:GetSecretValue': 4,
};
