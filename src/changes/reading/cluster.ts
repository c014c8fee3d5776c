// What does a migration need or touch beyond its own database?
import type { Hazard } from '../../model/hazard.ts';

export function needsSuperuser(object: string): Hazard {
  return {
    code: 'needs-superuser',
    family: 'design',
    severity: 'note',
    message: `only a superuser can make ${object}`,
    why: 'The role that migrations run as should not be one, and hosted servers give nobody that right: there the migration fails.',
    instead: 'Let the administrator do it once, where the server is set up, or find a way that needs no superuser.',
  };
}

export function settingLater(object: string, cached: string): Hazard {
  return {
    code: 'setting-for-new-sessions',
    family: 'application',
    severity: 'note',
    message: `${object} holds for new sessions only`,
    why: `A session reads such settings when it starts, so ${cached} until they connect anew; after that every query of the application may run under another setting.`,
    instead:
      'Let the connections be renewed after the migration, and set what one application needs in its own connection settings.',
  };
}
