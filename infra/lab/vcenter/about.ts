import type { VimInput } from '../../../shared/vsphere/vim.ts';
import type { LabHost } from './model.ts';

/** The newest version the lab speaks; requests that name another one are answered all the same. */
export const API_VERSION = '8.0.3.0';

const PRIOR_VERSIONS =
  '8.0.2.0 8.0.1.0 8.0.0.2 8.0.0.1 8.0.0.0 7.0.3.2 7.0.3.1 7.0.3.0 7.0.2.1 7.0.2.0 7.0.1.1 7.0.1.0 7.0.0.2 7.0.0.0 ' +
  '6.9.1 6.8.7 6.7.3 6.7.2 6.7.1 6.7 6.5 6.0 5.5 5.1 5.0 4.1 4.0';

/** The body of GET /sdk/vimServiceVersions.xml. */
export function vimServiceVersions(): string {
  const prior = PRIOR_VERSIONS.split(' ').map((version) => `<version>${version}</version>`);
  return (
    '<?xml version="1.0" encoding="UTF-8" ?><namespaces version="1.0"><namespace><name>urn:vim25</name>' +
    `<version>${API_VERSION}</version><priorVersions>${prior.join('')}</priorVersions></namespace></namespaces>`
  );
}

function vcenterAbout(instanceUuid: string): VimInput<'AboutInfo'> {
  return {
    name: 'VMware vCenter Server',
    fullName: 'VMware vCenter Server 8.0.3 build-24022515 (simulated)',
    vendor: 'VMware, Inc.',
    version: '8.0.3',
    patchLevel: '00000',
    build: '24022515',
    localeVersion: 'INTL',
    localeBuild: '000',
    osType: 'linux-x64',
    productLineId: 'vpx',
    apiType: 'VirtualCenter',
    apiVersion: API_VERSION,
    instanceUuid,
    licenseProductName: 'VMware VirtualCenter Server',
    licenseProductVersion: '8.0',
  };
}

export function hostAbout(host: LabHost): VimInput<'AboutInfo'> {
  return {
    name: 'VMware ESXi',
    fullName: `VMware ESXi ${host.esxiVersion} build-${host.esxiBuild}`,
    vendor: 'VMware, Inc.',
    version: host.esxiVersion,
    patchLevel: '0',
    build: host.esxiBuild,
    localeVersion: 'INTL',
    localeBuild: '000',
    osType: 'vmnix-x86',
    productLineId: 'embeddedEsx',
    apiType: 'HostAgent',
    apiVersion: `${host.esxiVersion}.0`,
    licenseProductName: 'VMware ESX Server',
    licenseProductVersion: '8.0',
  };
}

export function serviceContent(instanceUuid: string): VimInput<'ServiceContent'> {
  const own = (type: string, value = type) => ({ type, value });
  return {
    rootFolder: own('Folder', 'group-d1'),
    propertyCollector: own('PropertyCollector', 'propertyCollector'),
    viewManager: own('ViewManager'),
    about: vcenterAbout(instanceUuid),
    sessionManager: own('SessionManager'),
    searchIndex: own('SearchIndex'),
    authorizationManager: own('AuthorizationManager'),
    alarmManager: own('AlarmManager'),
    eventManager: own('EventManager'),
    taskManager: own('TaskManager'),
    diagnosticManager: own('DiagnosticManager', 'DiagMgr'),
    vmProvisioningChecker: own('VirtualMachineProvisioningChecker', 'ProvChecker'),
  };
}
