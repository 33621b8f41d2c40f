/** The UTC of a local time, both in microseconds. */
export type LocalTime = (localUs: number) => number;

/** What is said without a zone is UTC: which one the exporter ran in cannot be known. */
export const AS_UTC: LocalTime = (localUs) => localUs;

const OFFSET = /^([+-])(\d\d):?(\d\d)$/;
const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
/** Hours of which offsets are remembered: a year has 8,766. */
const MOST_HOURS = 10_000;

/**
 * The zone of that name (`Europe/Prague`) or offset (`+02:00`). Throws `RangeError` if it is none. A local time that
 * came twice, when clocks went back, is the first; one that was skipped lies as far behind the change as it says.
 */
export function timeZone(name: string): LocalTime {
  const offset = OFFSET.exec(name);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    const us = (offset[1] === '-' ? -minutes : minutes) * MINUTE_US;
    return (localUs) => localUs - us;
  }
  const format = zoneFormat(name);
  const known = new Map<number, number>();
  /** Offsets change on the hour or half of it: one is asked for every half hour. */
  const offsetUs = (utcUs: number): number => {
    const slot = Math.floor(utcUs / (HOUR_US / 2));
    let us = known.get(slot);
    if (us === undefined) {
      if (known.size >= MOST_HOURS) known.clear();
      us = readOffset(format.format(new Date((slot * HOUR_US) / 2000)));
      known.set(slot, us);
    }
    return us;
  };
  return (localUs) => {
    if (!Number.isFinite(localUs) || Math.abs(localUs) > 8e18 / 1000) return localUs;
    // With the offset before any near change first: the earlier of two, the later of none.
    const before = localUs - offsetUs(localUs - 24 * HOUR_US);
    if (before + offsetUs(before) === localUs) return before;
    const after = localUs - offsetUs(localUs + 24 * HOUR_US);
    return after + offsetUs(after) === localUs ? after : before;
  };
}

function zoneFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    throw new RangeError(`timezone: expected a zone such as Europe/Prague or +02:00, got ${name}`, { cause }); // prettier-ignore
  }
}

/** `1/1/2024, GMT+02:00`; plain `GMT` for none. */
function readOffset(text: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(text);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * MINUTE_US;
}
