/* The ends of descriptors and their copies: the kernel does it all, and the table of descriptors learns of it. */
#include "descriptors.h"
#include "real.h"
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A number that was closed or replaced: another thread may have asked about it in between, so its entry goes before and after. */
static int copied_to(int result)
{
    if (result >= 0)
        descriptor_changed(result);
    return result;
}

EXPORT int close(int fd)
{
    descriptor_closing(fd);
    return REAL(close)(fd);
}

EXPORT int close_range(unsigned int first, unsigned int last, int flags)
{
    if (REAL(close_range) == NULL)
        return result_of(ENOSYS);
    if ((flags & (int)CLOSE_RANGE_CLOEXEC) == 0)
        descriptors_closing(first, last);
    return REAL(close_range)(first, last, flags);
}

EXPORT void closefrom(int lowest)
{
    descriptors_closing(lowest < 0 ? 0 : (unsigned)lowest, INT_MAX);
    if (REAL(closefrom) != NULL)
        REAL(closefrom)(lowest);
}

EXPORT int dup(int fd)
{
    descriptor_shared(fd);
    return copied_to(REAL(dup)(fd));
}

EXPORT int dup2(int fd, int copy)
{
    descriptor_shared(fd);
    descriptor_changed(copy);
    return copied_to(REAL(dup2)(fd, copy));
}

EXPORT int dup3(int fd, int copy, int flags)
{
    descriptor_shared(fd);
    descriptor_changed(copy);
    return copied_to(REAL(dup3)(fd, copy, flags));
}

EXPORT int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);     /* an int or a pointer: both arrive in one register */
    va_end(arguments);
    bool copies = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    if (copies)
        descriptor_shared(fd);
    int result = REAL(fcntl)(fd, command, argument);
    return copies ? copied_to(result) : result;
}

/* The same functions under the C library's other names. */
EXPORT int fcntl64(int fd, int command, ...) __attribute__((alias("fcntl")));
EXPORT int __fcntl(int fd, int command, ...) __attribute__((alias("fcntl")));
EXPORT int __close(int fd) __attribute__((alias("close")));

EXPORT int __dup2(int fd, int copy) __THROW;

int __dup2(int fd, int copy)
{
    return dup2(fd, copy);
}
