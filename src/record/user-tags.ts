/** Tags that name the user of a call: the first is there wherever one of the others is, but in records of before. */
export const USER_TAGS = ['user', 'safety_identifier', 'metadata.user_id'] as const
