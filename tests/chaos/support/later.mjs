/** Loaded before lake (`node --import`): the calendar is `LAKE_DAYS_LATER` days ahead, as it would be after so many days. */
const ahead = Number(process.env.LAKE_DAYS_LATER ?? 0) * 86_400_000;

if (ahead > 0) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length === 0) super(Real.now() + ahead);
      else super(...given);
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}
