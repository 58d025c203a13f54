#!/usr/bin/env node
import { runCommand } from './command-line.js';
import { boundHeapGrowth } from './heap-growth.js';

boundHeapGrowth();
await runCommand(process.argv.slice(2));
