// The name of the shop, and the way back to its first page.
export function Logo({ href }: { href: string }) {
  return (
    <a class="logo" href={href}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M5 11q11 6 22 0" />
        <circle cx="7" cy="21" r="3" />
        <circle cx="16" cy="23" r="3" />
        <circle cx="25" cy="21" r="3" />
      </svg>
      frontrow
    </a>
  );
}
