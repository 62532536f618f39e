/** All SQLSTATEs of the classes 25, 53, 55, 57 and 58 (PostgreSQL manual, appendix A): the database can't do it just now. */
export const notNow: readonly string[] = `
  25000 25001 25002 25003 25004 25005 25006 25007 25008 25P01 25P02 25P03 25P04
  53000 53100 53200 53300 53400
  55000 55006 55P02 55P03 55P04
  57000 57014 57P01 57P02 57P03 57P04 57P05
  58000 58030 58P01 58P02 58P03`
  .trim()
  .split(/\s+/);
