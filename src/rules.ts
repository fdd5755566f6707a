import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { SelfsameError } from './errors.ts'
import { type Policy, parsePolicy } from './identity/policy.ts'
import type { Rules } from './identity/resolve.ts'
import { defaultWeights } from './matching/default-weights.ts'
import { createMatching } from './matching/matching.ts'

/** The rules that customers follow here: the policy file, the key of ids. Throws where a file is missing or invalid. */
export function loadRules(config: Pick<Config, 'policy_file' | 'id_key_file'>): Rules {
  const idKey = Buffer.from(readText(config.id_key_file, 'restore it from the backup: ids depend on it').trim(), 'hex')
  if (idKey.length < 32) {
    throw new SelfsameError('id_key_invalid', `${config.id_key_file} does not hold 32 bytes in hexadecimal`, {
      remedy: 'restore it from the backup: ids depend on it',
    })
  }
  const policy = loadPolicy(config)
  return { policy, idKey, matching: createMatching(defaultWeights, policy) }
}

/** The policy alone, for those who only read. Throws where the file is missing or invalid. */
export function loadPolicy(config: Pick<Config, 'policy_file'>): Policy {
  return parsePolicy(readText(config.policy_file, 'set SELFSAME_POLICY_FILE, or restore ops/policy.yaml'))
}

function readText(path: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SelfsameError('file_missing', `${path} cannot be read`, { cause, remedy })
  }
}
