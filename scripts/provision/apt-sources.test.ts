import { expect, test } from 'vitest';
import { candidates, parseDeb822, parseOneLine, reachSettings } from './apt-sources.ts';

const DEB822 = `Types: deb
# a comment inside a stanza
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: https://third.example/apt
Suites: bookworm
Components: main
Enabled: no
`;

test('a deb822 file gives one archive per suite, and what is switched off gives none', () => {
  expect(parseDeb822(DEB822)).toEqual([
    {
      uri: 'http://mirror.example/debian',
      suite: 'bookworm',
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    {
      uri: 'http://mirror.example/debian',
      suite: 'bookworm-updates',
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    { uri: 'http://mirror.example/debian-security', suite: 'bookworm-security', components: ['main'], signedBy: null },
  ]);
});

test('a one-line file is read with and without options, and its comments and sources are not', () => {
  const text = `# deb http://old.example/debian bookworm main
deb http://mirror.example/debian/ bookworm main non-free # the nearest
deb [arch=amd64 signed-by=/etc/apt/keyrings/debian.asc] http://mirror.example/debian bookworm-updates main
deb-src http://mirror.example/debian bookworm main
`;
  expect(parseOneLine(text)).toEqual([
    { uri: 'http://mirror.example/debian/', suite: 'bookworm', components: ['main', 'non-free'], signedBy: null },
    {
      uri: 'http://mirror.example/debian',
      suite: 'bookworm-updates',
      components: ['main'],
      signedBy: '/etc/apt/keyrings/debian.asc',
    },
  ]);
});

test('the security archive that apt is set to is used with the main one', () => {
  expect(candidates(parseDeb822(DEB822))).toEqual([
    {
      main: 'http://mirror.example/debian',
      security: 'http://mirror.example/debian-security',
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
  ]);
});

test('other repositories of the same shape come after Debian’s own, and those of another shape not at all', () => {
  const list = parseOneLine(`deb https://tool.example/linux bookworm main
deb https://download.example/linux/debian bookworm stable
deb https://pg.example/pub/apt bookworm-pgdg main
deb http://nearby.example/pub/debian bookworm main`);
  expect(candidates(list).map((c) => c.main)).toEqual([
    'http://nearby.example/pub/debian',
    'https://tool.example/linux',
  ]);
});

test('without a configured security archive the one beside the main archive is tried', () => {
  const of = (line: string): string | null => candidates(parseOneLine(line))[0]!.security;
  expect(of('deb http://m.example/debian/ trixie main')).toBe('http://m.example/debian-security');
  expect(of('deb file:///srv/archive trixie main')).toBeNull();
});

test('of apt’s own settings only those that say how to reach a mirror are taken over', () => {
  const dump = `Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::CaInfo "/etc/ssl/own.pem";
Acquire::Check-Valid-Until "false";
Acquire::AllowInsecureRepositories "1";
Acquire::Languages:: "de";
APT::Update::Post-Invoke-Success:: "touch /tmp/hook";
Dir::Etc::trusted "trusted.gpg";
Acquire::http "";`;
  expect(reachSettings(dump)).toEqual([
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::https::CaInfo "/etc/ssl/own.pem";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http "";',
  ]);
});
