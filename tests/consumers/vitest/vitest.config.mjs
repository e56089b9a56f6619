// Else Vitest would find the configuration of the repository.
export default {};
