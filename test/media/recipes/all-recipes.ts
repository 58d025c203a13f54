import type { Recipe } from '../recipe.js';
import { filmRecipes } from './film.recipes.js';
import { frameRecipes } from './frames.recipes.js';
import { matroskaRecipes } from './matroska.recipes.js';
import { mp4Recipes } from './mp4.recipes.js';
import { oggRecipes } from './ogg.recipes.js';
import { pcmRecipes } from './pcm.recipes.js';

/** Every recording that is made; what the programs here cannot make is left out and counted. */
export const allRecipes: readonly Recipe[] = [
  ...pcmRecipes,
  ...frameRecipes,
  ...oggRecipes,
  ...matroskaRecipes,
  ...mp4Recipes,
  ...filmRecipes,
];
