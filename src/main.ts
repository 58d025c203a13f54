#!/usr/bin/env node
import { runCommand } from './command-line.js';

await runCommand(process.argv.slice(2));
