// A component that is fetched when it is first shown.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "../base/skeleton";

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let ready: ComponentType<P> | null = null;
  return (props: P) => {
    const [, again] = useState(false);
    useEffect(() => {
      if (!ready)
        void load().then((loaded) => {
          ready = loaded;
          again(true);
        });
    }, []);
    const Ready = ready;
    return Ready ? <Ready {...props} /> : <Skeleton lines={6} />;
  };
}
