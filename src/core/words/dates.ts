const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute';

/** The calendar parts of a moment in a time zone: an IANA name, or the reader's own where none is given. */
function partsOf(iso: string, timeZone: string | undefined): Readonly<Record<Part, string>> | null {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return null;
  const formatted = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).formatToParts(moment);
  const part = (type: Part): string => formatted.find((candidate) => candidate.type === type)?.value ?? '';
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/** `2026-11-23`; the text itself where it is no time. */
export function day(iso: string, timeZone?: string): string {
  const parts = partsOf(iso, timeZone);
  return parts ? `${parts.year}-${parts.month}-${parts.day}` : iso;
}

/** `23 Nov 2026, 18:49`; the text itself where it is no time. */
export function dayAndTime(iso: string, timeZone?: string): string {
  const parts = partsOf(iso, timeZone);
  if (!parts) return iso;
  const month = months[Number(parts.month) - 1] ?? parts.month;
  return `${Number(parts.day)} ${month} ${parts.year}, ${parts.hour}:${parts.minute}`;
}

/** `today`, or the day as `2026-11-23`. */
export function dayAgainst(iso: string, now: Date, timeZone?: string): string {
  const text = day(iso, timeZone);
  return text === day(now.toISOString(), timeZone) ? 'today' : text;
}

/** A span of time as a person says it: `48 s`, `4 min 10 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  return `${rest} s`;
}

/** A duration as people say it before a run: `40 s`, `3 min`, `1 h 10 min`. */
export function aboutDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds / 10) * 10 || Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** Seconds as `0:31` or `1:02:05`, rounded up: what is left is never said to be over too early. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
