#include "control.h"

int control_to_wire(const struct msghdr *message, uint8_t *wire, size_t *length)
{
    *length = 0;
    if (message->msg_control == NULL || message->msg_controllen < sizeof(struct cmsghdr))
        return 0;
    struct msghdr walked = *message;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&walked); entry != NULL; entry = CMSG_NXTHDR(&walked, entry)) {
        size_t before = (size_t)((uint8_t *)entry - (uint8_t *)message->msg_control);
        if (entry->cmsg_len < sizeof *entry || entry->cmsg_len > message->msg_controllen - before)
            return EINVAL;
        if (entry->cmsg_level == SOL_SOCKET && (entry->cmsg_type == SCM_RIGHTS || entry->cmsg_type == SCM_CREDENTIALS))
            continue;   /* Linux passes over these, too, on a socket that isn't AF_UNIX */
        size_t data = entry->cmsg_len - CMSG_LEN(0);
        struct wire_control header = { entry->cmsg_level, entry->cmsg_type, (uint32_t)data };
        if (data > WIRE_MAXIMUM_CONTROL || *length + wire_pad((uint32_t)(sizeof header + data)) > WIRE_MAXIMUM_CONTROL)
            return ENOBUFS;
        uint8_t *to = wire + *length;
        size_t padded = wire_pad((uint32_t)(sizeof header + data));
        memset(to, 0, padded);
        memcpy(to, &header, sizeof header);
        memcpy(to + sizeof header, CMSG_DATA(entry), data);
        *length += padded;
    }
    return 0;
}

void control_from_wire(struct msghdr *message, const uint8_t *wire, size_t length)
{
    size_t room = message->msg_control == NULL ? 0 : message->msg_controllen;
    size_t used = 0;
    while (length > 0) {
        struct wire_control header;
        if (length < sizeof header)
            break;
        memcpy(&header, wire, sizeof header);
        if (header.length > length - sizeof header)
            break;
        if (room - used < CMSG_LEN(header.length)) {
            message->msg_flags |= MSG_CTRUNC;
            break;
        }
        struct cmsghdr entry = { .cmsg_len = CMSG_LEN(header.length), .cmsg_level = header.level, .cmsg_type = header.type };
        uint8_t *to = (uint8_t *)message->msg_control + used;
        memcpy(to, &entry, sizeof entry);
        memcpy(to + CMSG_LEN(0), wire + sizeof header, header.length);
        used = smaller(used + CMSG_SPACE(header.length), room);
        size_t step = smaller(wire_pad((uint32_t)(sizeof header + header.length)), length);
        wire += step;
        length -= step;
    }
    message->msg_controllen = used;
}
