// As much of @pulumi/pulumi as the example uses.
export interface Output<T> {
    apply<U>(func: (value: T) => U | Output<U>): Output<U>;
}
export type Input<T> = T | Promise<T> | Output<T>;
export interface ResourceTransformArgs {
    custom: boolean;
    type: string;
    name: string;
    props: any;
    opts: ComponentResourceOptions;
}
export interface ResourceTransformResult {
    props: any;
    opts: ComponentResourceOptions;
}
export type ResourceTransform = (
    args: ResourceTransformArgs,
) => Promise<ResourceTransformResult | undefined> | ResourceTransformResult | undefined;
export interface ComponentResourceOptions {
    parent?: ComponentResource;
    protect?: boolean;
    transforms?: ResourceTransform[];
}
export declare class ComponentResource {
    readonly urn: Output<string>;
}
export declare class Config {
    constructor(name?: string);
    require(key: string): string;
}
