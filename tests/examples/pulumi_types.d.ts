// As much of @pulumi/pulumi as the example uses.
export interface Output<T> {
    apply<U>(func: (value: T) => U | Output<U>): Output<U>;
}
export type Input<T> = T | Promise<T> | Output<T>;
export interface ComponentResourceOptions {
    parent?: ComponentResource;
    protect?: boolean;
}
export declare class ComponentResource {
    readonly urn: Output<string>;
}
export declare class Config {
    constructor(name?: string);
    require(key: string): string;
}
