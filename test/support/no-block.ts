/** An `UPLOAD_MEMORY_MB` in which texts have room and recordings have none: they all go to files. */
export const NO_BLOCK_MB = '0.08';
