/**
 * What PostgreSQL 17 with PostGIS, TimescaleDB and pgRouting needs of Debian 13 to run from a folder: the programs and extensions,
 * and the closure of the shared objects they link to. Left out on purpose: GDAL (no rasters here), LLVM (jit is off), perl, systemd's
 * programs and whatever only installs a package on a system. `findMissing` checks the closure after unpacking, so that
 * a change in the archive is told by the name of the library and not by a crash.
 */
export const RELEASE = 'trixie';
export const PG_MAJOR = 17;

const ENGINE = [
  'postgresql-17',
  'postgresql-client-17',
  'postgresql-17-postgis-3',
  'postgresql-17-postgis-3-scripts',
  'postgresql-17-timescaledb',
  'postgresql-17-pgrouting',
  'postgresql-17-pgrouting-scripts',
  'patchelf',
  'proj-data',
  'tzdata',
];

const LIBRARIES = [
  // the C and C++ runtime
  ['libc6', 'libgcc-s1', 'libstdc++6'],
  // text, XML, compression
  ['libicu76', 'libxml2', 'zlib1g', 'liblz4-1', 'libzstd1', 'liblzma5', 'libbrotli1', 'libxxhash0', 'libdeflate0'],
  // terminal
  ['libreadline8t64', 'libtinfo6'],
  // authentication and encryption that the server links to
  ['libpq5', 'libpam0g', 'libaudit1', 'libcap-ng0', 'libcap2', 'libsystemd0', 'libssl3t64', 'libldap2', 'libsasl2-2'],
  ['libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libkrb5support0', 'libcom-err2', 'libkeyutils1'],
  ['libgnutls30t64', 'libnettle8t64', 'libhogweed6t64', 'libgmp10', 'libp11-kit0', 'libtasn1-6', 'libffi8'],
  ['libidn2-0', 'libunistring5'],
  // geometry and projections; PROJ links to curl and TIFF, and those to the rest
  ['libgeos-c1t64', 'libgeos3.13.1', 'libproj25', 'libsqlite3-0', 'libjson-c5', 'libprotobuf-c1'],
  ['libcurl3t64-gnutls', 'libnghttp2-14', 'libnghttp3-9', 'libngtcp2-16', 'libngtcp2-crypto-gnutls8', 'libpsl5t64'],
  ['librtmp1', 'libssh2-1t64', 'libtiff6', 'libjpeg62-turbo', 'libjbig0', 'liblerc4', 'libwebp7', 'libsharpyuv0'],
].flat();

export const PACKAGES: readonly string[] = [...ENGINE, ...LIBRARIES];

/** Parts of packages that a server never reads. */
export const UNWANTED: readonly string[] = [
  './usr/share/doc',
  './usr/share/man',
  './usr/share/locale',
  './usr/share/lintian',
  './usr/lib/postgresql/*/lib/bitcode',
];

/** What differs between machines: Debian's name, the folder of libraries, the program that loads a program. */
export interface Architecture {
  readonly name: string;
  readonly triple: string;
  readonly loader: string;
}

/** @returns null for an architecture that Debian has no TimescaleDB for or that we do not know how to relink */
export function architecture(dpkgName: string): Architecture | null {
  if (dpkgName === 'amd64')
    return { name: 'amd64', triple: 'x86_64-linux-gnu', loader: 'usr/lib64/ld-linux-x86-64.so.2' };
  if (dpkgName === 'arm64')
    return { name: 'arm64', triple: 'aarch64-linux-gnu', loader: 'usr/lib/ld-linux-aarch64.so.1' };
  return null;
}
