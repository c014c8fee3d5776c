// What does doctor find in a database that a test has made ill?
import { doctor } from '../../../src/doctor/doctor.ts';
import type { DoctorFinding, DoctorOptions, DoctorOutcome } from '../../../src/model/diagnosis.ts';
import type { Project } from '../apply/project.ts';

export async function examine(home: Project, options: Partial<DoctorOptions> = {}): Promise<DoctorOutcome> {
  return await doctor({ directory: home.directory, database: home.database.url, ...options });
}

/** The only finding of that code. */
export function only({ problems }: DoctorOutcome, code: string): DoctorFinding {
  const [found, ...more] = problems.filter((one) => one.code === code);
  const codes = problems.map((one) => one.code).join(', ');
  if (found === undefined || more.length > 0)
    throw new Error(`${more.length + (found === undefined ? 0 : 1)} findings of ${code}, among: ${codes}`);
  return found;
}

/** All of it in one text, for what is to be named somewhere. */
export function words({ message, detail = '', hint = '' }: DoctorFinding): string {
  return [message, detail, hint].join('\n');
}
