import { useNavigate } from '@tanstack/react-router';
import { Button } from './button';

/** The ways to the first and to the next page of a list. The page is in the address, so that the browser's own way back works. */
export function CursorButtons({ cursor, nextCursor }: { cursor: string | undefined; nextCursor: string | null }) {
  const navigate = useNavigate();
  const go = (to: string | undefined) => void navigate({ to: '.', search: (search) => ({ ...search, cursor: to }) });
  if (cursor === undefined && nextCursor === null) return null;
  return (
    <nav aria-label="Pages of the list" className="flex justify-end gap-2">
      {cursor !== undefined && <Button onClick={() => go(undefined)}>First page</Button>}
      {nextCursor !== null && <Button onClick={() => go(nextCursor)}>Next page</Button>}
    </nav>
  );
}
