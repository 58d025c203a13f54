import { isForbiddenAddress } from './forbidden-address.js';

describe('isForbiddenAddress', () => {
  it.each([
    '8.8.8.8',
    '10.0.0.1',
    '127.0.0.1',
    '192.168.1.1',
    '172.16.0.9',
    '::1',
    'fd12::1',
    '2a00::1',
    '64:ff9b::808:808',
  ])('lets %s be called', (address) => expect(isForbiddenAddress(address)).toBe(false));

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    'localhost',
    '',
  ])('never calls %s', (address) => expect(isForbiddenAddress(address)).toBe(true));
});
