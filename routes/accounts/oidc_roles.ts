/** From a provider's claim to a role here: who is not named is not let in. */
import { z } from "zod";
import { ROLES } from "../../domain/access.ts";
import type { RoleName } from "../../domain/decider.ts";

/** Roles by value of the claim; `*` stands for everybody the provider knows. */
export type RoleMap = ReadonlyMap<string, RoleName>;

const RoleText = z.enum(ROLES);

/** Reads `value=role,…`; undefined when it is none of that form. */
export function readRoleMap(text: string): RoleMap | undefined {
  const map = new Map<string, RoleName>();
  for (const pair of text.split(",")) {
    if (pair.trim() === "") continue;
    // The value may hold `=`, as names in a directory do.
    const at = pair.lastIndexOf("=");
    const value = pair.slice(0, at).trim();
    const role = RoleText.safeParse(pair.slice(at + 1).trim());
    if (at < 1 || value === "" || !role.success) return undefined;
    map.set(value, role.data);
  }
  return map.size > 0 ? map : undefined;
}

/**
 * The highest role that the claim's values give; undefined: not admitted.
 *
 * @param path Name of the claim, or its path with dots, such as `realm_access.roles`.
 */
export function roleOfClaims(
  claims: object,
  path: string,
  map: RoleMap,
): RoleName | undefined {
  const value = claimAt(claims, path);
  const values = Array.isArray(value) ? value : [value];
  const given = new Set<RoleName | undefined>([map.get("*")]);
  for (const one of values) {
    // Only texts, and `*` is ours: a group of that name is everybody's anyway.
    if (typeof one === "string") given.add(map.get(one));
  }
  return ROLES.findLast((role) => given.has(role));
}

function claimAt(claims: object, path: string): unknown {
  // Some providers use URLs as names, which have dots of their own.
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  let value: unknown = claims;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
