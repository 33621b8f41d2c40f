import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { Activity } from './activity.ts';
import { DistinctTimes } from './distinct-times.ts';
import { toWhole } from './whole-number.ts';

const MAX_TIMES = 128;
const MIN_WIDTH_LOG2 = 20; // 1.05 s
const MAX_BUCKETS = 256;
const SECOND_US = 1e6;

/**
 * When two ends were in contact: every single time to 128 of them, then only the activity, and in how many seconds
 * there was any (buckets widen with the span, seconds do not).
 */
export class ContactTimes {
  /** In no order. */
  #times: number[] | undefined;
  #activity: Activity | undefined;
  /** There when the activity is. */
  #seconds: DistinctTimes | undefined;

  get count(): number {
    return this.#activity?.total ?? this.#times?.length ?? 0;
  }

  /** True while every time is known. */
  get exact(): boolean {
    return this.#activity === undefined;
  }

  /** µs since the epoch. */
  add(timeUs: number): void {
    this.#add(toWhole('timeUs', timeUs));
  }

  merge(other: this): void {
    if (other.#activity !== undefined) {
      this.#toActivity().merge(other.#activity);
      this.#seconds!.merge(other.#seconds!);
      return;
    }
    const times = other.#times ?? [];
    const count = times.length; // fixed first: the other may be this one
    for (let i = 0; i < count; i++) this.#add(times[i]!);
  }

  /** Ascending; empty once not exact. */
  times(): Float64Array {
    return Float64Array.from(this.#times ?? []).sort();
  }

  /** Seconds of the clock with a contact in them: exact to 64, then within about 3 %. */
  activeSeconds(): number {
    return (this.#seconds ?? secondsOf(this.#times ?? [])).estimate();
  }

  /** Built from the times while they are exact; a copy. */
  activity(): Activity {
    if (this.#activity === undefined) return activityOf(this.#times ?? []);
    const copy = activityOf([]);
    copy.merge(this.#activity);
    return copy;
  }

  /** Number of times (129 says activity), then the first and the differences, or the activity and the seconds. */
  encode(writer: ByteWriter): void {
    if (this.#activity !== undefined) {
      writer.varint(MAX_TIMES + 1);
      this.#activity.encode(writer);
      this.#seconds!.encode(writer);
      return;
    }
    const times = this.times();
    writer.varint(times.length);
    let before = 0;
    for (const time of times) {
      writer.varint(time - before);
      before = time;
    }
  }

  static decode(reader: ByteReader): ContactTimes {
    const contacts = new ContactTimes();
    const size = reader.varint();
    if (size > MAX_TIMES + 1) reader.truncated = true;
    else if (size > MAX_TIMES) {
      contacts.#activity = Activity.decode(reader, MIN_WIDTH_LOG2, MAX_BUCKETS);
      contacts.#seconds = DistinctTimes.decode(reader, SECOND_US);
      if (contacts.#activity.total <= MAX_TIMES) reader.truncated = true;
      if (contacts.#seconds.estimate() === 0) reader.truncated = true;
    } else contacts.#decodeTimes(reader, size);
    return reader.truncated ? new ContactTimes() : contacts;
  }

  #decodeTimes(reader: ByteReader, size: number): void {
    let time = 0;
    for (let i = 0; i < size && !reader.truncated; i++) {
      time += reader.varint();
      if (time > Number.MAX_SAFE_INTEGER) reader.truncated = true;
      else (this.#times ??= []).push(time);
    }
  }

  #add(time: number): void {
    if (this.#activity === undefined) {
      this.#times ??= [];
      if (this.#times.length < MAX_TIMES) {
        this.#times.push(time);
        return;
      }
    }
    this.#toActivity().add(time);
    this.#seconds!.add(time);
  }

  #toActivity(): Activity {
    if (this.#activity !== undefined) return this.#activity;
    const activity = activityOf(this.#times ?? []);
    this.#seconds = secondsOf(this.#times ?? []);
    this.#times = undefined;
    this.#activity = activity;
    return activity;
  }
}

function activityOf(times: Iterable<number>): Activity {
  const activity = new Activity(MIN_WIDTH_LOG2, MAX_BUCKETS);
  for (const time of times) activity.add(time);
  return activity;
}

function secondsOf(times: Iterable<number>): DistinctTimes {
  const seconds = new DistinctTimes(SECOND_US);
  for (const time of times) seconds.add(time);
  return seconds;
}
