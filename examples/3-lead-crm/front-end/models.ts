// What does the front end know of users and leads? Written by generate-models.ts from the catalog.

export type Person = Pick<User, 'id' | 'name' | 'email'>;

export interface User {
  id: number;
  email: string;
  name: string;
  role: string;
  createdAt: string;
  updatedAt: string;
  updatedBy?: Person | null;
}

export interface Lead {
  id: number;
  name: string;
  email?: string | null;
  phone?: string | null;
  status: string;
  createdAt: string;
  owner?: Person | null;
}
