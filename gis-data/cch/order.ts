/**
 * The order in which roads are taken out of the network, from side streets to the roads that hold the city together: nested
 * dissection. The network is cut in two halves of about the same size through as few roads as possible (inertial flow: the nodes are
 * sorted along a direction, and the least cut between the first and the last quarter is found as a flow); the roads of the cut come
 * last, and each half is treated in the same way. In the graph of turns the roads of a cut are a separator, so that this order serves
 * it directly (Buchhold, Wagner, Zeitz, Zündorf 2020; Schild and Sommer 2015 for the cuts). Weights play no part: the order holds
 * as long as the map does.
 */
export interface EdgeNetwork {
  readonly nodeCount: number;
  /** Both ends of each road, whichever way it may be driven. */
  readonly edgeA: Int32Array;
  readonly edgeB: Int32Array;
  /** Positions of the nodes, in any plane units. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Directions along which cuts are looked for. */
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
  [2, 1],
  [1, 2],
  [2, -1],
  [1, -2],
] as const;
/** Share of the nodes at either end that a cut leaves whole. */
const END_SHARE = 0.2;
/** A cut is worth its roads for what it cuts off: by so much less than twice for twice as many nodes. */
const BALANCE = 0.7;
/** Networks of fewer roads are not cut any more. */
const SMALL = 4;

/**
 * @returns both directions of all roads (2·road along its line, 2·road + 1 against it), the first to be taken out first. Of a cut first
 * what leads across it one way: those lead only to what leads back, not to one another.
 */
export function dissectionOrder(net: EdgeNetwork): Int32Array {
  const order = new Int32Array(2 * net.edgeA.length);
  const parts = new Parts(net);
  // filled from the end: the cut of a part first, then its halves
  const todo: { nodes: Int32Array; edges: Int32Array; end: number }[] = [
    {
      nodes: Int32Array.from({ length: net.nodeCount }, (_, i) => i),
      edges: Int32Array.from({ length: net.edgeA.length }, (_, i) => i),
      end: order.length,
    },
  ];
  for (let part = todo.pop(); part; part = todo.pop()) {
    const { nodes, edges } = part;
    let { end } = part;
    if (edges.length <= SMALL || nodes.length < 2) {
      edges.forEach((e, i) => order.set([2 * e, 2 * e + 1], end - 2 * (edges.length - i)));
      continue;
    }
    const { cut, halves } = parts.split(nodes, edges);
    end -= cut.length;
    order.set(cut, end);
    for (const half of halves)
      if (half.edges.length > 0) {
        todo.push({ ...half, end });
        end -= 2 * half.edges.length;
      }
  }
  return order;
}

interface Part {
  readonly nodes: Int32Array;
  readonly edges: Int32Array;
}

/** Splits parts of one network; its work arrays are as large as the network and serve every part. */
class Parts {
  readonly #net: EdgeNetwork;
  /** Number of a node within the part that is being split. */
  readonly #local: Int32Array;

  constructor(net: EdgeNetwork) {
    this.#net = net;
    this.#local = new Int32Array(net.nodeCount);
  }

  /** @returns the directions of the roads between the halves, and the halves */
  split(nodes: Int32Array, edges: Int32Array): { cut: Int32Array; halves: Part[] } {
    const { edgeA, edgeB } = this.#net;
    nodes.forEach((v, i) => (this.#local[v] = i));
    const a = edges.map((e) => this.#local[edgeA[e]!]!);
    const b = edges.map((e) => this.#local[edgeB[e]!]!);
    const flow = new FlowGraph(nodes.length, a, b);
    const side = flow.components() ?? this.#leastCut(flow, nodes);
    const [across, back]: [number[], number[]] = [[], []];
    const halfEdges: number[][] = [];
    const halfNodes: number[][] = [];
    nodes.forEach((v, i) => (halfNodes[side[i]!] ??= []).push(v));
    edges.forEach((e, i) => {
      if (side[a[i]!] === side[b[i]!]) (halfEdges[side[a[i]!]!] ??= []).push(e);
      else {
        const against = side[a[i]!]! > side[b[i]!]! ? 1 : 0;
        across.push(2 * e + against);
        back.push(2 * e + 1 - against);
      }
    });
    return {
      cut: Int32Array.from([...across, ...back]),
      halves: halfNodes.map((n, i) => ({ nodes: Int32Array.from(n), edges: Int32Array.from(halfEdges[i] ?? []) })),
    };
  }

  /** 0 or 1 for each node of the part: few roads between, for halves that are large. */
  #leastCut(flow: FlowGraph, nodes: Int32Array): Int32Array {
    const { x, y } = this.#net;
    const ends = Math.max(1, Math.floor(nodes.length * END_SHARE));
    let best: { side: Int32Array; price: number } | null = null;
    for (const [dx, dy] of DIRECTIONS) {
      const along = Float64Array.from(nodes, (v) => dx * x[v]! + dy * y[v]!);
      const sorted = Int32Array.from(nodes, (_, i) => i).sort((i, j) => along[i]! - along[j]! || i - j);
      const found = flow.leastCut(
        sorted.subarray(0, ends),
        sorted.subarray(sorted.length - ends),
        // not even for two halves of the same size
        best ? best.price * (nodes.length / 2) ** BALANCE : Infinity,
      );
      if (!found) continue;
      const price = found.cut / found.smaller ** BALANCE;
      if (!best || price < best.price) best = { side: found.side, price };
    }
    return best!.side;
  }
}

/** Undirected graph of roads that carry one unit each. */
class FlowGraph {
  readonly #n: number;
  readonly #start: Int32Array;
  /** At each place: the other end, the road, and +1 when the road is stored from here. */
  readonly #to: Int32Array;
  readonly #edge: Int32Array;
  readonly #sign: Int8Array;
  /** Flow of each road: -1, 0, 1 along its stored direction. */
  readonly #flow: Int8Array;
  readonly #came: Int32Array;
  readonly #queue: Int32Array;

  constructor(n: number, a: Int32Array, b: Int32Array) {
    const m = a.length;
    this.#n = n;
    const start = new Int32Array(n + 1);
    for (let e = 0; e < m; e++) {
      start[a[e]! + 1]!++;
      start[b[e]! + 1]!++;
    }
    for (let v = 0; v < n; v++) start[v + 1]! += start[v]!;
    const at = start.slice(0, n);
    this.#to = new Int32Array(2 * m);
    this.#edge = new Int32Array(2 * m);
    this.#sign = new Int8Array(2 * m);
    const put = (from: number, to: number, e: number, sign: number): void => {
      const i = at[from]!++;
      this.#to[i] = to;
      this.#edge[i] = e;
      this.#sign[i] = sign;
    };
    for (let e = 0; e < m; e++) {
      put(a[e]!, b[e]!, e, 1);
      put(b[e]!, a[e]!, e, -1);
    }
    this.#start = start;
    this.#flow = new Int8Array(m);
    this.#came = new Int32Array(n);
    this.#queue = new Int32Array(n);
  }

  /** Number of the component of each node, or null when there is one. */
  components(): Int32Array | null {
    const of = new Int32Array(this.#n).fill(-1);
    let count = 0;
    for (let root = 0; root < this.#n; root++) {
      if (of[root]! >= 0) continue;
      let filled = 0;
      this.#queue[filled++] = root;
      of[root] = count;
      for (let q = 0; q < filled; q++)
        for (let i = this.#start[this.#queue[q]!]!; i < this.#start[this.#queue[q]! + 1]!; i++)
          if (of[this.#to[i]!]! < 0) {
            of[this.#to[i]!] = count;
            this.#queue[filled++] = this.#to[i]!;
          }
      count++;
    }
    return count === 1 ? null : of;
  }

  /**
   * Fewest roads between two sets of nodes. Of the two least cuts nearest to either set the one that divides better.
   * @param giveUp at more roads than this nobody wants it
   */
  leastCut(
    sources: Int32Array,
    sinks: Int32Array,
    giveUp: number,
  ): { side: Int32Array; cut: number; smaller: number } | null {
    this.#flow.fill(0);
    const role = new Int8Array(this.#n);
    for (const v of sources) role[v] = 1;
    for (const v of sinks) role[v] = 2;
    let cut = 0;
    for (let end = this.#search(sources, role, 2, 1); end >= 0; end = this.#search(sources, role, 2, 1)) {
      if (++cut > giveUp) return null;
      this.#push(end, role);
    }
    const front = this.#reached(1);
    this.#search(sinks, role, 1, -1);
    const back = this.#reached(0);
    const size = (side: Int32Array): number => {
      let ones = 0;
      for (const s of side) ones += s;
      return Math.min(ones, this.#n - ones);
    };
    const [f, b] = [size(front), size(back)];
    return f >= b ? { side: front, cut, smaller: f } : { side: back, cut, smaller: b };
  }

  /** Breadth-first over roads that can still carry. @returns the first node of that role, or -1 */
  #search(from: Int32Array, role: Int8Array, wanted: number, direction: 1 | -1): number {
    this.#came.fill(-2);
    let filled = 0;
    for (const v of from) {
      this.#came[v] = -1;
      this.#queue[filled++] = v;
    }
    for (let q = 0; q < filled; q++) {
      const v = this.#queue[q]!;
      for (let i = this.#start[v]!; i < this.#start[v + 1]!; i++) {
        const to = this.#to[i]!;
        // full in this direction already; looked at from the sinks, flow must be able to come towards us
        if (this.#came[to] !== -2 || direction * this.#sign[i]! * this.#flow[this.#edge[i]!]! === 1) continue;
        this.#came[to] = i;
        if (role[to] === wanted) return to;
        this.#queue[filled++] = to;
      }
    }
    return -1;
  }

  /** One more unit along the way that the last search found. */
  #push(end: number, role: Int8Array): void {
    for (let v = end; role[v] !== 1;) {
      const i = this.#came[v]!;
      this.#flow[this.#edge[i]!]! += this.#sign[i]!;
      v = this.#other(i);
    }
  }

  /** The node that a place belongs to: its road's other entry leads there. */
  #other(place: number): number {
    // places are in order of their nodes
    let lo = 0;
    let hi = this.#n;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (this.#start[mid]! <= place) lo = mid;
      else hi = mid;
    }
    return lo;
  }

  #reached(value: 0 | 1): Int32Array {
    return Int32Array.from(this.#came, (c) => (c === -2 ? 1 - value : value));
  }
}
