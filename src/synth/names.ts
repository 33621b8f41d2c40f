import type { Random } from './random.ts';

const ONSETS = [
  'b',
  'br',
  'c',
  'cl',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'w',
];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];
const CODAS = ['', '', 'n', 'r', 's', 'l', 'm', 'x', 'nd', 'rk'];
const WORDS = [
  'cloud',
  'data',
  'shop',
  'news',
  'mail',
  'media',
  'static',
  'play',
  'photo',
  'travel',
  'bank',
  'health',
  'game',
  'music',
  'video',
  'forum',
  'wiki',
  'code',
  'safe',
  'home',
  'green',
  'blue',
  'fast',
  'smart',
  'open',
  'first',
  'city',
  'north',
  'river',
  'stone',
];
const SUFFIXES = [
  'com',
  'com',
  'com',
  'net',
  'org',
  'io',
  'de',
  'co.uk',
  'fr',
  'info',
  'app',
  'dev',
  'nl',
  'jp',
  'com.br',
];
const HOST_LABELS = [
  'www',
  'www',
  'api',
  'cdn',
  'img',
  'static',
  'mail',
  'login',
  'assets',
  'edge',
  'm',
  'ads',
  'metrics',
];
const USERS = [
  'root',
  'admin',
  'user',
  'test',
  'guest',
  'oracle',
  'ubuntu',
  'postgres',
  'pi',
  'support',
  'ftp',
  'www',
  'backup',
  'git',
  'deploy',
  'service',
  'administrator',
  'info',
  'sales',
  'maria',
  'john',
  'anna',
  'peter',
  'li',
  'ahmed',
  'nagios',
  'tomcat',
  'jenkins',
  'hadoop',
  'minecraft',
];
const PASSWORDS = [
  '123456',
  'password',
  'admin',
  'root',
  '12345',
  'qwerty',
  'letmein',
  'toor',
  'changeme',
  'welcome',
  'passw0rd',
  'abc123',
  'iloveyou',
  'dragon',
  'monkey',
  'raspberry',
];
// prettier-ignore
export const ALPHABETS = {
  hex: '0123456789abcdef',
  letters: 'abcdefghijklmnopqrstuvwxyz',
  base32: 'abcdefghijklmnopqrstuvwxyz234567',
  base36: 'abcdefghijklmnopqrstuvwxyz0123456789',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
} as const;

export function randomText(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += alphabet.charAt(random.integer(0, alphabet.length - 1));
  return text;
}

/** Something one could say aloud. */
export function invented(random: Random, syllables = random.integer(2, 3)): string {
  let word = '';
  for (let i = 0; i < syllables; i++) word += random.pick(ONSETS) + random.pick(VOWELS);
  return word + random.pick(CODAS);
}

/** A registered domain: invented, of words, or both. */
export function domainName(random: Random): string {
  const kind = random.uniform();
  let name = invented(random);
  if (kind < 0.3) name = random.pick(WORDS) + random.pick(WORDS);
  else if (kind < 0.45) name = random.pick(WORDS) + name;
  else if (kind < 0.5) name = `${name}-${random.pick(WORDS)}`;
  return `${name}.${random.pick(SUFFIXES)}`;
}

/** A name below a domain; content networks have the long random ones that tunnels are looked for by. */
export function siteName(random: Random, domain: string): string {
  const kind = random.uniform();
  if (kind < 0.25) return domain;
  if (kind < 0.85) return `${random.pick(HOST_LABELS)}.${domain}`;
  if (kind < 0.95)
    return `${randomText(random, ALPHABETS.base36, random.integer(6, 16))}.${domain}`;
  const region = `${random.pick(['eu', 'us', 'ap'])}-${random.pick(['west', 'east'])}-${random.integer(1, 3)}`;
  return `${randomText(random, ALPHABETS.hex, random.integer(12, 40))}.${region}.${domain}`;
}

export function userName(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.7) return random.pick(USERS);
  return kind < 0.9 ? invented(random, 2) : `${random.pick(USERS)}${random.integer(1, 99)}`;
}

export function password(random: Random): string {
  const kind = random.uniform();
  if (kind < 0.5) return random.pick(PASSWORDS);
  if (kind < 0.8) return `${random.pick(PASSWORDS)}${random.integer(0, 2030)}`;
  return randomText(random, ALPHABETS.base36, random.integer(5, 12));
}

/** A path as sites have them. */
export function urlPath(random: Random): string {
  const depth = random.integer(0, 4);
  let path = '';
  for (let i = 0; i < depth; i++)
    path += `/${random.chance(0.5) ? random.pick(WORDS) : invented(random)}`;
  if (random.chance(0.3)) path += `/${random.integer(1, 99999)}`;
  const kind = random.uniform();
  if (kind < 0.25)
    path += `/${invented(random)}.${random.pick(['js', 'css', 'png', 'jpg', 'html', 'php', 'json'])}`;
  else if (kind < 0.4)
    path += `?${random.pick(['id', 'q', 'page', 'v', 'ref'])}=${randomText(random, ALPHABETS.base36, random.integer(1, 20))}`;
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}
