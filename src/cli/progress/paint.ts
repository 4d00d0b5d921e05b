import pc from 'picocolors';

export type Paint = ReturnType<typeof pc.createColors>;

/** Colours, or functions that leave text as it is. */
export function paints(color: boolean): Paint {
  return pc.createColors(color);
}
