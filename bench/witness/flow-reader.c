/*
 * What a plain C program makes of the same capture: maps the file, reads Ethernet, IPv4, TCP, UDP and ICMP, and counts
 * packets, bytes, flags and first and last time per flow and direction in one open hash table. It does less
 * than rapsheet (no IPv6, no VLAN, no history, no time-outs) and is the measure of how fast a reader can be.
 *
 *   gcc -O2 -o flow-reader flow-reader.c && ./flow-reader capture.pcap
 *
 * Prints packets, flows, IP bytes and seconds as one line of JSON.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  uint32_t lower, higher;         /* addresses */
  uint16_t lower_port, higher_port;
  uint8_t protocol, used, flags[2];
  uint64_t first_us, last_us;
  uint64_t packets[2], ip_bytes[2], payload[2];
} Flow;

static Flow *flows;
static uint64_t capacity = 1 << 16, open_flows;

static uint32_t be32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }

static uint64_t hash(uint32_t lower, uint32_t higher, uint32_t ports, uint8_t protocol) {
  uint64_t h = ((uint64_t)lower << 32 | higher) * 0x9e3779b97f4a7c15ull;
  h ^= h >> 32;
  h = (h ^ ((uint64_t)ports << 8 | protocol)) * 0xbf58476d1ce4e5b9ull;
  return h ^ h >> 29;
}

static uint64_t hash_of(const Flow *flow) {
  return hash(flow->lower, flow->higher, (uint32_t)flow->lower_port << 16 | flow->higher_port,
              flow->protocol);
}

static void grow(void) {
  Flow *old = flows;
  uint64_t old_capacity = capacity;
  capacity *= 2;
  flows = calloc(capacity, sizeof *flows);
  for (uint64_t i = 0; i < old_capacity; i++) {
    if (!old[i].used) continue;
    uint64_t place = hash_of(&old[i]) & (capacity - 1);
    while (flows[place].used) place = (place + 1) & (capacity - 1);
    flows[place] = old[i];
  }
  free(old);
}

static Flow *find(uint32_t lower, uint32_t higher, uint16_t lower_port, uint16_t higher_port,
                  uint8_t protocol) {
  uint32_t ports = (uint32_t)lower_port << 16 | higher_port;
  uint64_t place = hash(lower, higher, ports, protocol) & (capacity - 1);
  for (;; place = (place + 1) & (capacity - 1)) {
    Flow *flow = &flows[place];
    if (!flow->used) break;
    if (flow->lower == lower && flow->higher == higher && flow->lower_port == lower_port &&
        flow->higher_port == higher_port && flow->protocol == protocol)
      return flow;
  }
  if (++open_flows * 4 > capacity * 3) {
    grow();
    place = hash(lower, higher, ports, protocol) & (capacity - 1);
    while (flows[place].used) place = (place + 1) & (capacity - 1);
  }
  Flow *flow = &flows[place];
  flow->used = 1;
  flow->lower = lower;
  flow->higher = higher;
  flow->lower_port = lower_port;
  flow->higher_port = higher_port;
  flow->protocol = protocol;
  return flow;
}

/* One frame; 1 if it held an IPv4 packet. */
static int observe(const uint8_t *frame, uint32_t length, uint64_t time_us) {
  if (length < 34 || be16(frame + 12) != 0x0800) return 0;
  const uint8_t *ip = frame + 14;
  uint32_t header = (ip[0] & 15) * 4, total = be16(ip + 2), left = length - 14;
  if (ip[0] >> 4 != 4 || header < 20 || total < header || left < header) return 0;
  uint8_t protocol = ip[9], flags = 0;
  uint16_t from_port = 0, to_port = 0;
  uint32_t payload = total - header;
  const uint8_t *transport = ip + header;
  if (be16(ip + 6) & 0x1fff) {
    /* a later fragment has no ports */
  } else if (protocol == 6 && left >= header + 16) {
    from_port = be16(transport);
    to_port = be16(transport + 2);
    flags = transport[13];
    uint32_t tcp_header = (transport[12] >> 4) * 4;
    payload = payload > tcp_header ? payload - tcp_header : 0;
  } else if (protocol == 17 && left >= header + 8) {
    from_port = be16(transport);
    to_port = be16(transport + 2);
    payload = payload > 8 ? payload - 8 : 0;
  }
  uint32_t from = be32(ip + 12), to = be32(ip + 16);
  int side = from > to || (from == to && from_port > to_port);
  Flow *flow = side ? find(to, from, to_port, from_port, protocol)
                    : find(from, to, from_port, to_port, protocol);
  if (flow->first_us == 0) flow->first_us = time_us;
  flow->last_us = time_us;
  flow->flags[side] |= flags;
  flow->packets[side]++;
  flow->ip_bytes[side] += total;
  flow->payload[side] += payload;
  return 1;
}

int main(int count, char **arguments) {
  if (count != 2) return fprintf(stderr, "usage: flow-reader CAPTURE\n"), 2;
  int file = open(arguments[1], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) return perror(arguments[1]), 2;
  uint64_t size = (uint64_t)status.st_size;
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  const uint8_t *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED || size < 24) return fprintf(stderr, "cannot map it\n"), 2;
  uint32_t magic;
  memcpy(&magic, bytes, 4);
  if (magic != 0xa1b2c3d4) return fprintf(stderr, "not a pcap of this byte order\n"), 2;
  flows = calloc(capacity, sizeof *flows);
  uint64_t packets = 0;
  for (uint64_t at = 24; at + 16 <= size;) {
    uint32_t record[4];
    memcpy(record, bytes + at, sizeof record);
    if (record[2] > size - at - 16) break;
    packets += observe(bytes + at + 16, record[2], record[0] * 1000000ull + record[1]);
    at += 16 + record[2];
  }
  uint64_t ip_bytes = 0, counted = 0;
  for (uint64_t i = 0; i < capacity; i++) {
    if (!flows[i].used) continue;
    counted++;
    ip_bytes += flows[i].ip_bytes[0] + flows[i].ip_bytes[1];
  }
  clock_gettime(CLOCK_MONOTONIC, &after);
  double seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  printf("{\"packets\":%llu,\"flows\":%llu,\"ipBytes\":%llu,\"seconds\":%.6f}\n", (unsigned long long)packets,
         (unsigned long long)counted, (unsigned long long)ip_bytes, seconds);
  return 0;
}
