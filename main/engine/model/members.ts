/** Networks of an ensemble at most: more of them gain next to nothing. */
export const MOST_MEMBERS = 8;
