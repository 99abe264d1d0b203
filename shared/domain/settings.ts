// The validated content of vmotion.yaml.
import type { Profile } from './profile.ts';

/** How vCenter's certificate is trusted: by the system's authorities, a CA file, or the leaf's SHA-256. */
export type Trust = { kind: 'system' } | { kind: 'ca'; pem: string } | { kind: 'sha256'; fingerprint: string };

/** `secret` names where user and password are kept; they are never in this file. */
export type VcenterSettings = { name: string; url: string; secret: string; trust: Trust };

/** `required` distinct people, never the requester, before `expiresMinutes` have passed. */
export type ApprovalPolicy = { required: number; expiresMinutes: number };

/** Slack ids of people. `any`: everyone in the channel. */
export type AccessPolicy = { operators: 'any' | string[]; approvers: 'any' | string[] };

export type ClusterSettings = {
  name: string;
  vcenter: string;
  /** Inventory path: /Datacenter/host/Folder/Cluster. */
  path: string;
  /** Slack channel id whose members may name this cluster, and where its jobs are reported. */
  channel: string;
  profile: Profile;
  approval: ApprovalPolicy;
  access: AccessPolicy;
};

export type Settings = { vcenters: Record<string, VcenterSettings>; clusters: Record<string, ClusterSettings> };
